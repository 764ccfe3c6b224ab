"""Drives LibreOffice Writer. Is run by the Python that has its module `uno`, with a task as JSON.

{"base": the server's address, "texts": [...]} prints what LibreOffice's own checker finds in each;
with "picture": a path, it opens the first text in a window and takes a picture of the screen.
"""

import json
import subprocess
import sys
import tempfile
import time
from contextlib import suppress

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.lang import DisposedException, Locale

CHECKER = "org.openoffice.lingu.LanguageToolGrammarChecker"
LINGUISTIC = "org.openoffice.Office.Linguistic"
CHINESE = Locale("zh", "CN", "")
PIPE = "sdcl"


def connect(seconds=120, pipe=PIPE):
    here = uno.getComponentContext()
    name = "com.sun.star.bridge.UnoUrlResolver"
    resolver = here.ServiceManager.createInstanceWithContext(name, here)
    end = time.monotonic() + seconds
    while True:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            if time.monotonic() > end:
                raise
            time.sleep(0.5)


def configure(make, path, **values):
    provider = make("com.sun.star.configuration.ConfigurationProvider")
    node = PropertyValue()
    node.Name, node.Value = "nodepath", path
    access = provider.createInstanceWithArguments(
        "com.sun.star.configuration.ConfigurationUpdateAccess", (node,)
    )
    for name, value in values.items():
        setattr(access, name, value)
    access.commitChanges()


def check(make, texts):
    checker = make(CHECKER)
    found = []
    for text in texts:
        result = checker.doProofreading("document", text, CHINESE, 0, len(text), ())
        found.append(
            [
                [error.nErrorStart, error.nErrorLength, list(error.aSuggestions)]
                for error in result.aErrors
            ]
        )
    return {"zh-CN": checker.hasLocale(CHINESE), "found": found}


def show(make, text, picture, seconds=25):
    document = make("com.sun.star.frame.Desktop").loadComponentFromURL(
        "private:factory/swriter", "_blank", 0, ()
    )
    style = document.StyleFamilies.getByName("ParagraphStyles").getByName("Standard")
    style.CharLocaleAsian = CHINESE
    style.CharFontNameAsian = "WenQuanYi Zen Hei"
    style.CharHeightAsian = 20
    document.CurrentController.Frame.ContainerWindow.setPosSize(0, 0, 900, 420, 15)
    view = document.CurrentController.ViewSettings
    view.ZoomType, view.ZoomValue = 3, 130
    document.Text.String = text
    # It checks when nothing else is to be done.
    time.sleep(seconds)
    subprocess.run(["import", "-window", "root", picture], check=True)
    document.setModified(False)


def main():
    task = json.loads(sys.argv[1])
    with tempfile.TemporaryDirectory() as profile:
        command = ["soffice", "--norestore", "--nologo", "--nofirststartwizard"]
        command += [f"-env:UserInstallation=file://{profile}", f"--accept=pipe,name={PIPE};urp;"]
        if "picture" not in task:
            command.append("--headless")
        office = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            context = connect()

            def make(name):
                return context.ServiceManager.createInstanceWithContext(name, context)

            configure(
                make,
                f"{LINGUISTIC}/GrammarChecking/LanguageTool",
                BaseURL=task["base"],
                IsEnabled=True,
            )
            configure(make, f"{LINGUISTIC}/GrammarChecking", IsAutoCheck=True)
            configure(make, f"{LINGUISTIC}/SpellChecking", IsSpellAuto=True)
            configure(make, "org.openoffice.Office.Common/Misc", ShowTipOfTheDay=False)
            print(json.dumps(check(make, task["texts"])))
            if "picture" in task:
                show(make, task["texts"][0], task["picture"])
            # It is gone before it can answer.
            with suppress(DisposedException):
                make("com.sun.star.frame.Desktop").terminate()
            office.wait(timeout=60)
        finally:
            office.kill()
            office.wait()


if __name__ == "__main__":
    main()
