"""Everything that can go wrong and be told in one line, each class with the exit code it leads to."""


class PermcheckError(Exception):
    """A failure that the user can act on: the message is one line, names the file and gives the reason."""

    exit_code = 2


class UsageError(PermcheckError):
    """The command line or the configuration asks for something that does not exist."""


class MappingError(PermcheckError):
    """Files of the mappings break their schema; ``lines`` has one for each fault, with file, line and key."""

    def __init__(self, *lines: str) -> None:
        """Take all lines at once."""
        super().__init__("\n".join(lines))
        self.lines = lines


def reason_of(error: OSError | UnicodeDecodeError) -> str:
    """Why a file could not be read, in the same words everywhere: ``no such file``, ``permission denied``."""
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8 text"
    if isinstance(error, FileNotFoundError):
        return "no such file"
    words = error.strerror or str(error)
    return words[:1].lower() + words[1:]


class InputError(PermcheckError):
    """An input could not be read or judged: the analysis is incomplete, which is never a pass."""

    exit_code = 3


class BundleError(InputError):
    """An app bundle, or one part of it, could not be read."""


class DocumentError(InputError):
    """A policy could not be read, or holds no text that could be judged."""


class DeclarationError(InputError):
    """A store declaration (Data safety CSV, privacy manifest) could not be read."""
