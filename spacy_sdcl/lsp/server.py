"""The server: what an editor says goes to the desk, and what is found goes back."""

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException, PyglsError
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from .. import __version__
from ..files.reports import NAME
from ..files.settings import OWN, SHARED
from .answers import FIX_ALL, PROTECT, QUICK_FIX, Actions, diagnostic, unread_diagnostic
from .checking import Check, Checker
from .desk import PAUSE, Desk
from .manner import SECTION, EditorSettings, read_editor_settings
from .places import Places
from .protecting import protect_phrase
from .sheets import Sheet
from .words import CHINESE, words_for

logger = logging.getLogger("spacy_sdcl")

# Seconds that an editor has to answer.
PATIENCE = 5.0
# These say in their messages what a user can do.
TOLD = (ValueError, OSError, ImportError)
WATCHED = [types.FileSystemWatcher(f"**/{name}") for name in (OWN, SHARED)]


class Server(LanguageServer):
    """A language server for Chinese spelling.

    checker (Checker): Corrects documents.
    """

    def __init__(self, checker: Checker) -> None:
        # Prose is short, and pygls cuts lines at more characters than the protocol does when it is
        # told of parts only.
        super().__init__(NAME, __version__, types.TextDocumentSyncKind.Full)
        self.desk = Desk(checker, self.tell, self.tell_failure)
        self.words = CHINESE
        self._options: Any = None
        self._said: set[str] = set()

    def begin(self, params: types.InitializeParams) -> None:
        """Take what an editor says of itself.

        params (InitializeParams): What it says.
        """
        self.words = words_for(params.locale)
        self._options = params.initialization_options

    async def prepare(self) -> None:
        """Ask the editor for its settings, and to be told when they, or the files of settings, change."""
        workspace = self.client_capabilities.workspace or types.WorkspaceClientCapabilities()
        wanted = []
        watching, telling = workspace.did_change_watched_files, workspace.did_change_configuration
        if watching and watching.dynamic_registration:
            options: Any = types.DidChangeWatchedFilesRegistrationOptions(WATCHED)
            wanted.append((types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options))
        if telling and telling.dynamic_registration:
            options = types.DidChangeConfigurationRegistrationOptions(SECTION)
            wanted.append((types.WORKSPACE_DID_CHANGE_CONFIGURATION, options))
        for method, options in wanted:
            registration = types.Registration(f"{NAME} {method}", method, options)
            self.client_register_capability(types.RegistrationParams([registration]))
        try:
            await self.configure(None)
        finally:
            self.desk.start()

    async def configure(self, sent: Any) -> None:
        """Take the editor's settings anew.

        sent (Any): What it has sent of its own accord.
        """
        workspace = self.client_capabilities.workspace
        asked = None
        if workspace and workspace.configuration:
            item = types.ConfigurationItem(section=SECTION)
            try:
                answer = self.workspace_configuration_async(types.ConfigurationParams([item]))
                [asked] = await asyncio.wait_for(answer, PATIENCE)
            except (JsonRpcException, ValueError, asyncio.TimeoutError) as error:
                logger.warning("The editor gave no settings: %s", error or type(error).__name__)
        pushed = sent.get(SECTION) if isinstance(sent, dict) else None
        try:
            self.desk.editor = read_editor_settings(self._options, pushed, asked)
        except ValueError as error:
            self.desk.editor = EditorSettings()
            self.say(f"{SECTION}: {error}", types.MessageType.Error)

    def put(self, uri: str, *, pause: float = PAUSE) -> None:
        """Let a document be checked.

        uri (str): Its name.
        pause (float): As in `Desk.put`.
        """
        document = self.workspace.get_text_document(uri)
        path = to_fs_path(uri)
        self.desk.put(
            Sheet(
                uri,
                Path(path) if path else None,
                document.language_id or "",
                document.version or 0,
                document.source,
            ),
            pause=pause,
        )

    def tell(self, sheet: Sheet, check: Check) -> None:
        """Send what was found in a document.

        sheet (Sheet): The document, with its findings.
        check (Check): How it was checked.
        """
        places = self.places(sheet)
        found = [diagnostic(each, places, self.words) for each in sheet.findings or ()]
        if check.unread:
            found.append(unread_diagnostic(check.unread, places, self.words))
        self.publish(sheet.uri, found, sheet.version)

    def tell_failure(self, sheet: Sheet, error: Exception) -> None:
        """Say once why a document could not be checked.

        sheet (Sheet): The document.
        error (Exception): The reason.
        """
        self.publish(sheet.uri, [], sheet.version)
        self.say_error(error)

    def say_error(self, error: Exception) -> None:
        """Say once what went wrong.

        error (Exception): What went wrong; what a user can do nothing about is logged.
        """
        message = str(error)
        if not isinstance(error, TOLD):
            logger.error("A text could not be checked", exc_info=error)
            message = self.words.failed.format(error=type(error).__name__)
        self.say(message, types.MessageType.Error)

    def say(self, message: str, kind: types.MessageType) -> None:
        """Show a message to the user, unless it was shown before.

        message (str): The message.
        kind (MessageType): How urgent it is.
        """
        if message not in self._said:
            self._said.add(message)
            self.window_show_message(types.ShowMessageParams(kind, message))

    def publish(
        self, uri: str, found: Sequence[types.Diagnostic], version: int | None = None
    ) -> None:
        """Send diagnostics.

        uri (str): The document.
        found (Sequence[Diagnostic]): All of its diagnostics.
        version (int): The state of it that they are for.
        """
        self.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(uri, list(found), version)
        )

    def actions(self, params: types.CodeActionParams) -> list[types.CodeAction]:
        """List what can be done at a place.

        params (CodeActionParams): The place.
        RETURNS (list[CodeAction]): None before the present state of the document is checked.
        """
        sheet = self.desk.sheets.get(params.text_document.uri)
        if sheet is None or sheet.findings is None:
            return []
        workspace = self.client_capabilities.workspace
        edits = workspace.workspace_edit if workspace else None
        versioned = bool(edits and edits.document_changes)
        actions = Actions(sheet, self.places(sheet), self.words, versioned=versioned)
        return list(actions.at(params.range, params.context.only))

    def protect(self, uri: str, phrase: str) -> None:
        """Add a phrase to the file of settings, and check all documents again.

        uri (str): The document that it is in.
        phrase (str): The phrase.
        """
        path = to_fs_path(uri)
        if not path:
            return
        roots = [to_fs_path(folder.uri) for folder in self.workspace.folders.values()]
        try:
            file = protect_phrase(phrase, Path(path), [Path(root) for root in roots if root])
        except TOLD as error:
            self.say_error(error)
            return
        said = self.words.protected.format(phrase=phrase, path=file)
        self.say(said, types.MessageType.Info)
        self.desk.check_all()

    def places(self, sheet: Sheet) -> Places:
        """The places of a document, as the editor counts them.

        sheet (Sheet): The document.
        RETURNS (Places): Its places.
        """
        return Places(sheet.text, self.workspace.position_codec.client_num_units)

    def report_server_error(
        self, error: Exception, source: type[PyglsError] | type[JsonRpcException]
    ) -> None:
        """Say once what went wrong in the protocol."""
        self.say_error(error)


def make_server(checker: Checker | None = None) -> Server:
    """Make a server.

    checker (Checker): Corrects documents; None for a new one.
    RETURNS (Server): The server, to be started.
    """
    server = Server(checker or Checker())
    fix_options = types.CodeActionOptions(code_action_kinds=[QUICK_FIX, FIX_ALL])

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        server.begin(params)

    @server.feature(types.INITIALIZED)
    async def initialized(params: types.InitializedParams) -> None:
        await server.prepare()

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def did_open(params: types.DidOpenTextDocumentParams) -> None:
        server.put(params.text_document.uri, pause=0)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(params: types.DidChangeTextDocumentParams) -> None:
        server.put(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(params: types.DidCloseTextDocumentParams) -> None:
        server.desk.drop(params.text_document.uri)
        server.publish(params.text_document.uri, [])

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, fix_options)
    def code_action(params: types.CodeActionParams) -> list[types.CodeAction]:
        return server.actions(params)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def did_change_files(params: types.DidChangeWatchedFilesParams) -> None:
        server.desk.check_all()

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def did_change_configuration(params: types.DidChangeConfigurationParams) -> None:
        await server.configure(params.settings)
        server.desk.check_all()

    @server.command(PROTECT)
    def protect(uri: str, phrase: str) -> None:
        server.protect(uri, phrase)

    @server.feature(types.SHUTDOWN)
    def shutdown(params: None) -> None:
        server.desk.close()

    return server
