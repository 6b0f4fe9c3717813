"""A PDF in, drafts of blocks with page numbers out."""
