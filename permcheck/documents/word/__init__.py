"""A Word or RTF file in, drafts of blocks out."""
