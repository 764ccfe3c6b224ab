"""Opens Word documents in LibreOffice Writer. Is run by the Python that has its module `uno`.

The task, as JSON, is a list: {"open": a path, "dispatch": a command such as
".uno:AcceptAllTrackedChanges" or "", "save": a path for a flat OpenDocument file}; or {"open": a
path, "picture": a path} takes a picture of the window.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import uno  # noqa: F401 (makes the imports below work)
from com.sun.star.beans import PropertyValue
from com.sun.star.lang import DisposedException
from office import configure, connect


def value(name, content):
    found = PropertyValue()
    found.Name, found.Value = name, content
    return found


def do(make, task, folder):
    desktop = make("com.sun.star.frame.Desktop")
    hidden = value("Hidden", "picture" not in task)
    # A file that is open already would not be opened a second time.
    path = Path(shutil.copy(task["open"], tempfile.mkdtemp(dir=folder)))
    document = desktop.loadComponentFromURL(path.as_uri(), "_blank", 0, (hidden,))
    if task.get("dispatch"):
        dispatcher = make("com.sun.star.frame.DispatchHelper")
        frame = document.CurrentController.Frame
        dispatcher.executeDispatch(frame, task["dispatch"], "", 0, ())
    if "save" in task:
        flat = value("FilterName", "OpenDocument Text Flat XML")
        document.storeToURL(Path(task["save"]).as_uri(), (flat,))
    if "picture" in task:
        show(document, task["picture"])
    # Open documents are no obstacle at the end, as long as nothing is to be saved.
    document.setModified(False)


def show(document, picture):
    document.CurrentController.Frame.ContainerWindow.setPosSize(0, 0, 1180, 620, 15)
    view = document.CurrentController.ViewSettings
    view.ZoomType, view.ZoomValue = 3, 110
    time.sleep(6)
    subprocess.run(["import", "-window", "root", picture], check=True)


def wait_for_screen(seconds=30):
    end = time.monotonic() + seconds
    while subprocess.run(["import", "-window", "root", "null:"], capture_output=True).returncode:
        if time.monotonic() > end:
            raise TimeoutError("The screen of xvfb-run does not answer.")
        time.sleep(0.5)


def main():
    tasks = json.loads(sys.argv[1])
    # Not that of an office which is still open.
    pipe = f"sdcl{os.getpid()}"
    with tempfile.TemporaryDirectory() as profile:
        command = ["soffice", "--norestore", "--nologo", "--nofirststartwizard"]
        command += [f"-env:UserInstallation=file://{profile}", f"--accept=pipe,name={pipe};urp;"]
        is_headless = not any("picture" in task for task in tasks)
        if is_headless:
            command.append("--headless")
        else:
            wait_for_screen()
        # What is started is a script that starts the program: without a window, both end as a group.
        office = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=is_headless,
        )
        try:
            context = connect(pipe=pipe)

            def make(name):
                return context.ServiceManager.createInstanceWithContext(name, context)

            configure(make, "org.openoffice.Office.Common/Misc", ShowTipOfTheDay=False)
            for task in tasks:
                do(make, task, profile)
            with suppress(DisposedException):
                make("com.sun.star.frame.Desktop").terminate()
            with suppress(subprocess.TimeoutExpired):
                office.wait(timeout=5)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(office.pid, signal.SIGKILL) if is_headless else office.kill()
            office.wait()


if __name__ == "__main__":
    main()
