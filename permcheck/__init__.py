"""permcheck tells where a phone app's permissions and its privacy policy disagree."""

__version__ = "0.1.0"
