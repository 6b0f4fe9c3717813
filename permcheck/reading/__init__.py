"""A policy `Document` in, what it says of each category out: claims, rejected mentions, verdicts, a trace."""
