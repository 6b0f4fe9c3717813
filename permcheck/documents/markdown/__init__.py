"""Markdown in, drafts of blocks out."""
