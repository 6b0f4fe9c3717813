"""A text in, whether it is source code rather than prose out; and where the front matter of a page ends."""

from __future__ import annotations

import re

SUFFIXES = (
    ".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".dart", ".kt", ".kts", ".java", ".swift", ".m", ".mm", ".py", ".vue",
    ".svelte", ".astro", ".cs", ".go", ".rb", ".rs", ".c", ".cc", ".cpp", ".h", ".hpp", ".scala", ".lua", ".sh",
    ".gradle", ".sql", ".css", ".scss", ".less", ".php", ".cshtml", ".jsp", ".aspx", ".erb", ".razor",
)  # fmt: skip
"""Of files that make a page, or part of one, and are none themselves."""
_TEMPLATES = (".php", ".cshtml", ".jsp", ".aspx", ".erb", ".razor")
"""Of pages with code in them."""
_LANGUAGES = frozenset({
    "js", "javascript", "jsx", "ts", "typescript", "tsx", "json", "json5", "yaml", "yml", "toml", "xml", "html",
    "css", "scss", "java", "kotlin", "kt", "swift", "dart", "python", "py", "ruby", "rb", "go", "rust", "rs", "c",
    "cpp", "csharp", "cs", "php", "sh", "bash", "shell", "zsh", "console", "sql", "gradle", "groovy", "properties",
    "ini", "http", "objc",
})  # fmt: skip
_LINE = re.compile(
    r"\s*(?:import\b.*[;'\"]\s*\Z|from\s+\S+\s+import\b|package\s+[\w.]+;?\s*\Z|#include\b|using\s+[\w.]+;|export\b"
    r"|(?:public|private|protected|static|final|abstract|override|async|suspend|internal|open|data)\s+\w+"
    r"|(?:const|let|var|val|def|fun|func|function|class|interface|struct|enum|return|if|for|while|switch|else|try|catch)\b"
    r".*[{(:;=]\s*\Z|\}.{0,4}\Z|[\w.$]+\(.*\)?[;{,]\s*\Z|@\w+(?:\(.*\))?\s*\Z|//|[\w\"'$.-]+\s*[:=]\s*.*[,;{\[(]\s*\Z"
    r"|[\])}]+[;,]?\s*\Z|</?[A-Z]\w*.*>?\s*\Z)"
)
_SHARE = 0.5
_FEWEST = 4
_WIDEST = 400
"""Characters: a longer line is no line of code that people write."""
_SIGNS = 4
"""In code there is a brace or semicolon in every fourth line at least."""
_FENCES = {"---": ("---", "..."), "+++": ("+++",), ";;;": (";;;",)}
_LONGEST = 200
"""Lines: front matter is short."""


def is_code_file(text: str, path: str) -> bool:
    """Whether a file is source code, by its suffix or by most of its lines; templates of pages may be read as such."""
    name = path.lower()
    if name.endswith(SUFFIXES) and "://" not in name:
        return not name.endswith(_TEMPLATES) or "<p" not in text.lower()
    signs = sum(map(text.count, "{};"))
    # prose holds few of them, and pages with their scripts are told by their tags
    return signs * _SIGNS >= text.count("\n") and not text.lstrip().startswith("<") and is_code(text)


def is_code(text: str, language: str = "") -> bool:
    """Whether a text is code; ``language`` is what its fence or class calls it."""
    if language.lower().removeprefix("language-").removeprefix("lang-") in _LANGUAGES:
        return True
    lines = [line for line in text.splitlines() if line.strip()]
    code = sum(1 for line in lines if len(line) <= _WIDEST and _LINE.match(line))
    return len(lines) >= _FEWEST and code >= len(lines) * _SHARE


def front_matter(text: str) -> int:
    """How many lines at the start are front matter, fences included: `---` (YAML), `+++` (TOML)."""
    lines = text.lstrip("\ufeff").split("\n", _LONGEST)
    ends = _FENCES.get(lines[0].strip())
    if not ends:
        return 0
    return next((number for number, line in enumerate(lines[1:_LONGEST], 2) if line.strip() in ends), 0)


def blanked(text: str, count: int) -> str:
    """The text with nothing on its first lines, so that all others keep their places."""
    if not count:
        return text
    lines = text.split("\n", count)
    return "\n" * count + (lines[count] if len(lines) > count else "")
