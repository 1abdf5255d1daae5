"""A library out and in again: everything there, nothing half done, and what is no backup refused."""

from __future__ import annotations

import json
import shutil
import sqlite3
import zipfile
from pathlib import Path

import pytest

from qa.errors import LibraryDamaged, LibraryError, NoLibrary
from qa.library.library import Library
from qa.services import wire
from qa.store.backup import export_all, import_all
from qa.store.folder import Folder
from qa.types import Edit, Query
from tests.parts.command import complaint, lines, qa
from tests.parts.library import HashingEmbedder, Interrupted, assert_whole, open_library, to_format, write_records

pytestmark = pytest.mark.folder("a library on a server is backed up by the server")

pytest_plugins = ("tests.parts.library_fixtures",)


def _tables(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    connection = sqlite3.connect(path)
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    found = {name: connection.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall() for name in names}
    connection.close()
    return found


@pytest.fixture
def backup(library: Library, library_path: Path, tmp_path: Path) -> Path:
    """Of a library with an article mended by hand, and a file of conversations beside it."""
    library.edit(library.articles_of("0.txt")[0].id, Edit("", title="改过的题"))
    with sqlite3.connect(library_path / "conversations.db") as conversations:
        conversations.execute("CREATE TABLE messages (number INTEGER PRIMARY KEY, question TEXT)")
        conversations.execute("INSERT INTO messages VALUES (7, '供暖从哪天开始？')")
    conversations.close()
    (library_path / "words.txt").write_text("台湖演艺小镇\n", encoding="utf-8")
    export_all(Folder(library_path), tmp_path / "backup.wenbao")
    return tmp_path / "backup.wenbao"


def test_a_library_comes_back_exactly_and_embeds_nothing(
    library: Library, library_path: Path, backup: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "elsewhere" / "library"
    import_all(Folder(copy), backup)
    assert _tables(copy / "library.db") == _tables(library_path / "library.db")
    assert _tables(copy / "conversations.db") == _tables(library_path / "conversations.db")
    assert (copy / "words.txt").read_text("utf-8") == "台湖演艺小镇\n"
    assert sorted(path.name for path in copy.iterdir() if path.suffix == ".db") == ["conversations.db", "library.db"]
    never = Interrupted(HashingEmbedder(), after=0)
    with Library.open(copy, embedder=never) as opened:
        assert [wire.article(one) for one in opened.articles()] == [wire.article(one) for one in library.articles()]
        assert opened.articles_of("0.txt")[0].title == "改过的题"
        for question in ("第11号供暖工程", "第2号工程惠及居民多少户"):
            first, *others = (hit.passage.id for hit in library.search(Query(question, k=50)))
            found, *rest = (hit.passage.id for hit in opened.search(Query(question, k=50)))
            assert (found, set(rest)) == (first, set(others))
        opened.add([])
    assert assert_whole(copy) == library.stats().passages


def test_a_copied_folder_opens_as_it_is(library: Library, library_path: Path, tmp_path: Path) -> None:
    expected = [hit.passage.id for hit in library.search(Query("供暖"))]
    library.close()
    copy = Path(shutil.copytree(library_path, tmp_path / "copy"))
    with Library.open(copy, embedder=Interrupted(HashingEmbedder(), after=0)) as opened:
        assert [hit.passage.id for hit in opened.search(Query("供暖"))] == expected


def test_files_moved_to_the_other_machine_are_known_by_their_content(
    library: Library, backup: Path, papers: Path, tmp_path: Path
) -> None:
    import_all(Folder(tmp_path / "copy"), backup)
    moved = papers.rename(tmp_path / "moved")
    with Library.open(tmp_path / "copy", embedder=Interrupted(HashingEmbedder(), after=0)) as opened:
        before = [one.id for one in opened.articles()]
        report = opened.add([moved])
        assert (report.added, report.changed) == ((), ())
        assert sorted(old for old, _ in report.renamed) == ["0.txt", "1.txt", "2.txt", "2025/more.jsonl"]
        assert [one.id for one in opened.articles()] == before
        assert opened.articles_of("0.txt")[0].title == "改过的题"


def test_a_backup_of_an_older_format_is_brought_up(library: Library, library_path: Path, tmp_path: Path) -> None:
    library.close()
    to_format(library_path, 2)
    with zipfile.ZipFile(tmp_path / "old", "w") as made:
        whole = (library_path / "library.db").read_bytes()
        digest = __import__("hashlib").sha256(whole).hexdigest()
        parts = {"library.db": {"size": len(whole), "sha256": digest}}
        made.writestr("manifest.json", json.dumps({"format": "wenbao-backup-1", "parts": parts}))
        made.writestr("library.db", whole)
    import_all(Folder(tmp_path / "copy"), tmp_path / "old")
    with open_library(tmp_path / "copy") as opened:
        assert opened.stats().articles == 15


@pytest.mark.parametrize("part", [0.0, 0.2, 0.5, 0.9, 0.999])
def test_a_backup_cut_short_makes_nothing(backup: Path, tmp_path: Path, part: float) -> None:
    whole = backup.read_bytes()
    backup.write_bytes(whole[: int(len(whole) * part)])
    _refused(backup, tmp_path)


def test_a_damaged_backup_makes_nothing(backup: Path, tmp_path: Path) -> None:
    whole = backup.read_bytes()
    for start in range(200, len(whole) - 40, len(whole) // 12):
        backup.write_bytes(
            whole[:start] + bytes(byte ^ 0x5A for byte in whole[start : start + 40]) + whole[start + 40 :]
        )
        _refused(backup, tmp_path)


def _refused(backup: Path, tmp_path: Path) -> None:
    with pytest.raises(LibraryDamaged, match="不是问报的备份"):
        import_all(Folder(tmp_path / "copy"), backup)
    with pytest.raises(NoLibrary):
        Library.open(tmp_path / "copy", create=False)


def test_what_is_no_backup_is_refused(library_path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as made:
        made.writestr("../library.db", b"x")
    for path in (other, write_records(tmp_path / "a.jsonl", range(2))):
        with pytest.raises(LibraryDamaged):
            import_all(Folder(tmp_path / "copy"), path)
    with pytest.raises(LibraryError, match="打不开"):
        import_all(Folder(tmp_path / "copy"), tmp_path / "none")
    with pytest.raises(NoLibrary):
        export_all(Folder(tmp_path / "none"), tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


@pytest.mark.parametrize("size", [-1, 1 << 40])
def test_a_backup_that_lies_of_a_size_is_refused(backup: Path, tmp_path: Path, size: int) -> None:
    forged = tmp_path / "forged"
    with zipfile.ZipFile(backup) as sound, zipfile.ZipFile(forged, "w") as made:
        manifest = json.loads(sound.read("manifest.json"))
        manifest["parts"]["library.db"]["size"] = size
        made.writestr("manifest.json", json.dumps(manifest))
        for name in manifest["parts"]:
            made.writestr(name, sound.read(name))
    with pytest.raises(LibraryError):
        import_all(Folder(tmp_path / "copy"), forged)
    assert not (tmp_path / "copy" / "library.db").exists()


def test_a_locked_archive_is_refused(backup: Path, tmp_path: Path) -> None:
    data = bytearray(backup.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1  # the flag of a password, on the manifest
    backup.write_bytes(data)
    _refused(backup, tmp_path)


def test_a_library_that_is_there_is_never_overwritten(library: Library, library_path: Path, backup: Path) -> None:
    before = _tables(library_path / "library.db")
    with pytest.raises(LibraryError, match="--library"):
        import_all(Folder(library_path), backup)
    assert _tables(library_path / "library.db") == before


def test_the_command_line_exports_and_imports(seeds_path: Path, tmp_path: Path) -> None:
    backup, copy = tmp_path / "backup", tmp_path / "copy"
    (told,) = lines(qa("--library", seeds_path, "export", "--all", backup, "--json"))
    assert told == {"file": str(backup), "bytes": backup.stat().st_size}
    (told,) = lines(qa("--library", copy, "import", backup, "--json"))
    assert (told["files"], told["articles"]) == (5, 40)
    assert qa("--library", copy, "export").stdout == qa("--library", seeds_path, "export").stdout
    assert "--library" in complaint(qa("--library", copy, "import", backup))
