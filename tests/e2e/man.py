"""The manual page is sound roff, lists every command, and explains every option in English and Japanese."""
import re
import shutil
import subprocess

from house import check, check_equal, finish, has_japanese, hinomi

ROW = re.compile(r"^  (?:-(\w), |    )--([\w-]+)(?: (\S+))?", re.M)


def commands():
    listed = hinomi("--help").stdout.decode().split("commands:\n")[1].split("\n\n")[0]
    return [line.split()[0] for line in listed.splitlines()]


def parts(*words):
    """What a command is made of, down to the ones that take options: verbs are a list under `<verb>`, or named
    in the usage as in `hinomi intel lint|lookup|…`."""
    text = hinomi(*words, "--help").stdout.decode()
    named = re.match(rf"Usage: hinomi {' '.join(words)} ((?:[\w-]+\|)+[\w-]+)", text)
    verbs = re.findall(r"^  (\w+)  ", text, re.M) if "<verb>" in text.splitlines()[0] else named[1].split("|") if named else []
    return [deeper for verb in verbs for deeper in parts(*words, verb)] or [words]


def rows(text):
    """Each option's name and what is said of it."""
    found = list(ROW.finditer(text))
    ends = [m.start() for m in found[1:]] + [len(text)]
    return {m[2]: text[m.end():end] for m, end in zip(found, ends)}


def renders(page):
    for tool in (["mandoc", "-T", "lint", "-W", "error"], ["groff", "-man", "-Tutf8", "-ww", "-K", "utf8", "-z"]):
        if shutil.which(tool[0]):
            run = subprocess.run(tool, input=page, capture_output=True)
            check(f"{tool[0]} finds no error", run.returncode == 0 and not run.stderr, run.stdout, run.stderr)
            return
    print("neither mandoc nor groff is here: sections are checked, not how they render")


manual = hinomi("--man")
check_equal("--man", manual.returncode, 0, manual.stderr)
page = manual.stdout.decode()
check("it begins as a manual page", page.startswith(".TH HINOMI 1"), page[:200])
for section in ("NAME", "SYNOPSIS"):
    check(f"section {section}", f".SH {section}\n" in page)
requests = {line.split()[0] for line in page.splitlines() if line.startswith(".")}
check("only requests of man(7)", requests <= {".TH", ".SH", ".SS", ".TP", ".PP", ".B", ".I", ".nf", ".fi"}, requests)
renders(manual.stdout)

for command in commands():
    for words in parts(command):
        name = " ".join(words)
        english, japanese = hinomi(*words, "--help"), hinomi(*words, "--help", japanese=True)
        check_equal(f"{name} --help", (english.returncode, japanese.returncode), (0, 0), english.stderr)
        check(f"{name} is in the manual", f".SS {name}".replace("-", "\\-") in page)
        said, says = rows(english.stdout.decode()), rows(japanese.stdout.decode())
        check_equal(f"{name}: options in both languages", sorted(says), sorted(said))
        check(f"{name} --help has its options", "help" in said, english.stdout)
        for option, text in said.items():
            check(f"{name} --{option} in English", text.strip() and not has_japanese(text), text)
            check(f"{name} --{option} in Japanese", has_japanese(says.get(option, "")), says.get(option))
            check(f"{name} --{option} is in the manual", f"\\-\\-{option.replace('-', chr(92) + '-')}" in page)
finish()
