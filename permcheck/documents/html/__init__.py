"""An HTML page in, drafts of blocks out."""
