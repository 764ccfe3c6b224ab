"""`spacy sdcl lsp`: the language server, for editors."""

from .options import reported_errors

# The packages of the extra.
PACKAGES = ("pygls", "tomlkit")


def lsp() -> None:
    """Check documents in an editor, as a language server.

    The editor starts it, and talks to it over standard input and output. Settings come from the
    editor, and from .sdcl.toml or pyproject.toml beside a document or above it.
    """
    from ..extras import import_extra

    with reported_errors():
        for package in PACKAGES:
            import_extra(package, "lsp")
        from ..lsp.server import make_server
        from ..lsp.streams import protocol_output
    make_server().start_io(stdout=protocol_output())
