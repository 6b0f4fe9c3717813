"""What an Android bundle says: its manifest, resources, code and signature in, facts out."""
