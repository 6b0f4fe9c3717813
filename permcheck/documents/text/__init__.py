"""Plain text in, drafts of blocks out; the lines, marks and rows that every other reader builds on."""
