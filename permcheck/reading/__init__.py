"""A policy document in, what it discloses by category out."""
