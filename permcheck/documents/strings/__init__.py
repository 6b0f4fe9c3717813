"""The texts of an app in one of the formats of translators in, drafts of blocks out."""
