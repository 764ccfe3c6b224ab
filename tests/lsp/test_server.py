"""The server as an editor has it: a process that is talked to over its standard input and output."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

pytest.importorskip("pytest_lsp")
pytest.importorskip("tomlkit")

from lsprotocol import types
from pygls.protocol import default_converter
from pytest_lsp import LanguageClient
from pytest_lsp.client import DEFAULT_CLIENT_FEATURES, register_lsp_features

pytestmark = pytest.mark.slow

COMMAND = (sys.executable, "-m", "spacy", "sdcl", "lsp")
ROOT = Path(__file__).parent.parent.parent
TEXT = "# 日记\n\n😀 我今天**很高**行。\n\n他门明天去北京。\n"
# A machine may have much else to do.
PATIENCE = 120


def make_client(method, handler):
    """A client with a handler of its own for one method."""
    client = LanguageClient(converter_factory=default_converter)
    register_lsp_features(client, {**DEFAULT_CLIENT_FEATURES, method: handler})
    return client


class Editor:
    """A client with a folder, in which it opens and edits documents."""

    def __init__(self, folder, options):
        self.client = make_client(
            types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS,
            lambda params: self.published.append(params),
        )
        self.folder, self.options = folder, options
        self.texts = {}
        self.published = []
        (folder / ".git").mkdir(exist_ok=True)

    async def __aenter__(self):
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
        await self.client.start_io(*COMMAND, env=environment)
        await self.client.initialize_session(
            types.InitializeParams(
                capabilities=types.ClientCapabilities(
                    workspace=types.WorkspaceClientCapabilities(configuration=True)
                ),
                initialization_options=self.options,
                locale="en",
                workspace_folders=[types.WorkspaceFolder(self.folder.as_uri(), "folder")],
            )
        )
        return self

    async def __aexit__(self, *_):
        await self.client.shutdown_session()
        await self.client.stop()

    def uri(self, name):
        return (self.folder / name).as_uri()

    def open(self, text, name="日记.md", language="markdown"):
        self.texts[name] = text
        document = types.TextDocumentItem(self.uri(name), language, 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(document))

    def edit(self, text, version, name="日记.md"):
        self.texts[name] = text
        change = types.TextDocumentContentChangeWholeDocument(text)
        document = types.VersionedTextDocumentIdentifier(version, self.uri(name))
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    def close(self, name="日记.md"):
        document = types.TextDocumentIdentifier(self.uri(name))
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(document))

    async def told(self, condition=lambda params: True, since=0):
        """Wait for diagnostics."""
        end = asyncio.get_running_loop().time() + PATIENCE
        while True:
            for params in self.published[since:]:
                if condition(params):
                    return params
            assert asyncio.get_running_loop().time() < end, (self.published, self.client.messages)
            await asyncio.sleep(0.02)

    async def actions(self, range, name="日记.md", only=None):
        return await self.client.text_document_code_action_async(
            types.CodeActionParams(
                types.TextDocumentIdentifier(self.uri(name)),
                range,
                types.CodeActionContext(diagnostics=[], only=only),
            )
        )

    def apply(self, action, name="日记.md"):
        """The text after an action, by the positions of UTF-16."""
        lines = self.texts[name].split("\n")
        for edit in action.edit.changes[self.uri(name)]:
            units = lines[edit.range.start.line].encode("utf-16-le")
            start, end = 2 * edit.range.start.character, 2 * edit.range.end.character
            changed = units[:start] + edit.new_text.encode("utf-16-le") + units[end:]
            lines[edit.range.start.line] = changed.decode("utf-16-le")
        return "\n".join(lines)


def drive(folder, scenario, **options):
    """Run a scenario in an editor."""

    async def whole():
        async with Editor(folder, options) as editor:
            await asyncio.wait_for(scenario(editor), 2 * PATIENCE)
            return editor

    editor = asyncio.run(whole())
    assert editor.client._server.returncode == 0
    return editor


def places(params):
    return [(each.range.start.line, each.range.start.character) for each in params.diagnostics]


@pytest.mark.embedded
def test_an_error_behind_an_emoji_is_found_corrected_and_protected(tmp_path):
    async def scenario(editor):
        editor.open(TEXT)
        params = await editor.told()
        # The emoji counts for two, and the marks of Markdown are not read.
        assert places(params) == [(2, 12), (4, 1)]
        assert params.version == 1
        assert "“行” is probably wrong: “兴”" in params.diagnostics[0].message
        best, *others = await editor.actions(params.diagnostics[0].range)
        assert best.is_preferred
        assert editor.apply(best) == TEXT.replace("行", "兴")
        right = TEXT.replace("行", "兴").replace("门", "们")
        assert editor.apply(others[-1]) == right
        [fix] = await editor.actions(
            types.Range(types.Position(0, 0), types.Position(0, 0)),
            only=[types.CodeActionKind.SourceFixAll],
        )
        assert editor.apply(fix) == right

        since = len(editor.published)
        command = types.ExecuteCommandParams("sdcl.protect", [editor.uri("日记.md"), "高行"])
        await editor.client.workspace_execute_command_async(command)
        params = await editor.told(since=since)
        assert places(params) == [(4, 1)]
        assert (tmp_path / ".sdcl.toml").read_text(encoding="utf-8") == (
            'protect = [\n    "高行",\n]\n'
        )

    drive(tmp_path, scenario)


def test_states_that_are_gone_are_not_told_of_and_closing_takes_diagnostics_away(
    tmp_path, pipeline_dir
):
    async def scenario(editor):
        editor.open(TEXT)
        # The model is being loaded.
        for version in range(2, 6):
            editor.edit(TEXT + "老师说得很对。\n" * version, version)
            # Meanwhile it answers: nothing is known of this state.
            place = types.Range(types.Position(2, 12), types.Position(2, 12))
            assert not await asyncio.wait_for(editor.actions(place), PATIENCE)
        await editor.told(lambda params: params.version == 5)
        assert {params.version for params in editor.published} <= {1, 5}
        editor.edit(f"老师说得很对。\n\n{TEXT}", 6)
        moved = await editor.told(lambda params: params.version == 6)
        assert places(moved) == [(4, 12), (6, 1)]
        editor.edit(TEXT, 7)
        editor.close()
        await editor.told(lambda params: not params.diagnostics)
        await asyncio.sleep(1)
        assert not editor.published[-1].diagnostics
        assert editor.published[-2].version == 6

    drive(tmp_path, scenario, model=str(pipeline_dir))


def test_settings_come_from_the_editor_and_from_files_as_they_change(tmp_path, pipeline_dir):
    async def scenario(editor):
        editor.client.set_configuration({"sdcl": {"threshold": 1.0}})
        editor.client.workspace_did_change_configuration(
            types.DidChangeConfigurationParams(settings=None)
        )
        editor.open(TEXT)
        await editor.told(lambda params: places(params) == [])
        since = len(editor.published)
        editor.client.set_configuration({"sdcl": {"model": str(pipeline_dir)}})
        editor.client.workspace_did_change_configuration(
            types.DidChangeConfigurationParams(settings=None)
        )
        await editor.told(lambda params: places(params) == [(2, 12), (4, 1)], since)

        for text, expected in (
            ("protect = ['他门']", [(2, 12)]),
            ("threshold = 1.0", []),
            ("threshold = 2", []),
        ):
            (tmp_path / ".sdcl.toml").write_text(text, encoding="utf-8")
            since = len(editor.published)
            event = types.FileEvent(editor.uri(".sdcl.toml"), types.FileChangeType.Changed)
            for _ in range(2):
                editor.client.workspace_did_change_watched_files(
                    types.DidChangeWatchedFilesParams([event])
                )
                await asyncio.sleep(0.3)
            await editor.told(lambda params, expected=expected: places(params) == expected, since)

    editor = drive(tmp_path, scenario, model=str(pipeline_dir))
    # What is wrong is said once.
    [message] = editor.client.messages
    assert "threshold must be within 0 and 1" in message.message
    assert message.type == types.MessageType.Error


def test_what_cannot_be_read_is_said_at_its_line(tmp_path, pipeline_dir):
    async def scenario(editor):
        editor.open("我今天很高行。\n\n设 $x 为。\n\n完了。\n", "a.tex", "latex")
        [found] = (await editor.told()).diagnostics
        assert found.range.start.line == 2
        assert found.message.startswith("Not checked: line 3: ")

    editor = drive(tmp_path, scenario, model=str(pipeline_dir))
    assert not editor.client.messages


def test_a_setting_that_the_editor_has_wrong_is_said(tmp_path, pipeline_dir):
    async def scenario(editor):
        editor.open("", "a.txt", "plaintext")
        await editor.told()

    editor = drive(tmp_path, scenario, treshold=0.5)
    assert ["No setting 'treshold'" in each.message for each in editor.client.messages] == [True]


def test_it_asks_to_be_told_of_changes_where_the_editor_can(tmp_path):
    asked = []

    async def whole():
        client = make_client(
            types.CLIENT_REGISTER_CAPABILITY,
            lambda params: asked.extend(params.registrations),
        )
        await client.start_io(*COMMAND, env={**os.environ, "PYTHONPATH": str(ROOT)})
        dynamic = {"dynamic_registration": True}
        workspace = types.WorkspaceClientCapabilities(
            did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(**dynamic),
            did_change_configuration=types.DidChangeConfigurationClientCapabilities(**dynamic),
        )
        general = types.GeneralClientCapabilities(position_encodings=["utf-8", "utf-16"])
        result = await client.initialize_session(
            types.InitializeParams(types.ClientCapabilities(workspace=workspace, general=general))
        )
        while len(asked) < 2:
            await asyncio.sleep(0.02)
        await client.shutdown_session()
        await client.stop()
        return result

    result = asyncio.run(asyncio.wait_for(whole(), PATIENCE))
    assert result.capabilities.position_encoding == "utf-8"
    methods = {each.method: each.register_options for each in asked}
    watchers = methods[types.WORKSPACE_DID_CHANGE_WATCHED_FILES]["watchers"]
    assert [each["globPattern"] for each in watchers] == ["**/.sdcl.toml", "**/pyproject.toml"]
    assert methods[types.WORKSPACE_DID_CHANGE_CONFIGURATION]["section"] == "sdcl"


def test_it_ends_when_the_editor_is_gone():
    async def whole():
        process = await asyncio.create_subprocess_exec(
            *COMMAND,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        process.stdin.close()
        output = await process.stdout.read()
        return output, await process.wait()

    assert asyncio.run(asyncio.wait_for(whole(), PATIENCE)) == (b"", 0)
