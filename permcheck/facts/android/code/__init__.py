"""What the code of an Android bundle says: DEX files and the files beside them in, facts out."""
