"""What an iOS bundle says: its property lists, privacy manifests and binaries in, facts out."""
