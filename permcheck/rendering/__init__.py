"""A page on disk or at an address in, what a reader sees of it in a browser out, with the evidence."""
