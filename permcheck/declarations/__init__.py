"""What the developer told people (policy, Data safety CSV, privacy manifest) in, `Disclosure` out."""
