"""A bundle is whole or refused, gives back the same model, and names no teacher."""

import json
import os
import pickle
import shutil
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.blend import Blend
from models.bundle import Bundle, load_bundle, save_bundle
from models.bundle_files import FORMAT_VERSION, content_hash, write_array, write_json
from models.evidence import Evidence
from models.suggest import ranked_scores
from recommender.errors import BundleRefused
from recommender.facts import Fact
from recommender.vocabulary import EvidenceName
from tests.builders import make_catalog

DETAILS = {"as_of": "2026-06-30", "snapshot_hash": "abc", "seeds": {"fit": 1}, "metrics": {}}


def save(parent, bundle, details=DETAILS):
    return save_bundle(parent, bundle.axes, bundle.evidence, bundle.blend, details)


@pytest.fixture
def folder(tmp_path, bundle):
    return save(tmp_path, bundle)


def edit_manifest(folder, change):
    """Change the manifest as one who also knows how to make its hash."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    change(manifest)
    path.write_text(json.dumps(manifest | {"hash": content_hash(manifest)}))


def test_model_comes_back_the_same(folder, bundle, data):
    loaded = load_bundle(folder)
    assert loaded.axes == bundle.axes
    assert loaded.blend.names == bundle.blend.names
    assert np.array_equal(loaded.blend.weights, bundle.blend.weights)
    assert np.array_equal(ranked_scores(loaded, data.states), ranked_scores(bundle, data.states))
    for saved, kept in zip(loaded.evidence, bundle.evidence, strict=True):
        assert saved.settings() == kept.settings()
        assert saved.facts(data.states.take([0]), 3) == kept.facts(data.states.take([0]), 3)


def test_arrays_are_mapped_and_read_only(folder):
    arrays = [a for evidence in load_bundle(folder).evidence for a in evidence.arrays().values()]
    assert any(isinstance(array.base, np.memmap) for array in arrays)
    assert not any(array.flags.writeable for array in arrays)


def test_manifest_tells_what_it_is(folder, bundle):
    manifest = load_bundle(folder).manifest
    assert manifest["format_version"] == FORMAT_VERSION
    assert manifest["catalog_size"] == len(bundle.axes.credentials)
    assert manifest["evidence"] == list(EvidenceName)
    assert manifest["details"] == DETAILS
    row = manifest["files"]["evidence/popular/popularity.npy"]
    assert (row["dtype"], row["shape"]) == ("<f4", [14])
    assert folder.name == manifest["hash"][:16] == load_bundle(folder).hash[:16]


def test_same_model_same_hash_same_folder(tmp_path, bundle, folder):
    written = (folder / "manifest.json").stat().st_mtime_ns
    assert save(tmp_path, bundle) == folder
    assert (folder / "manifest.json").stat().st_mtime_ns == written
    assert save(tmp_path, bundle, DETAILS | {"snapshot_hash": "def"}) != folder


def test_nothing_unfinished_stays_behind(tmp_path, bundle, folder):
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]
    with pytest.raises(ValueError, match="JSON"):
        save(tmp_path, bundle, {"metrics": {"ndcg": float("nan")}})
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]


def test_damaged_folder_is_replaced_by_a_new_save(tmp_path, bundle, folder):
    (folder / "axes.json").write_text("{}")
    assert save(tmp_path, bundle) == folder
    load_bundle(folder)
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]


def test_two_that_save_the_same_model_at_once(tmp_path, bundle, monkeypatch):
    """Another process moves the same bundle in between our look and our rename."""
    finished = save(tmp_path / "elsewhere", bundle)
    calls = []

    def look(folder, *arguments, **options):
        calls.append(folder)
        if len(calls) == 1:
            raise BundleRefused("Not there yet.")
        return load_bundle(folder, *arguments, **options)

    shutil.copytree(finished, tmp_path / finished.name)
    monkeypatch.setattr("models.bundle.load_bundle", look)
    monkeypatch.setattr(Path, "exists", lambda _: False)
    assert save(tmp_path, bundle) == tmp_path / finished.name
    assert calls == [tmp_path / finished.name] * 2


def test_others_may_read_it(folder):
    assert stat.S_IMODE(folder.stat().st_mode) & 0o055 == 0o055


def test_killed_while_saving_leaves_no_bundle(tmp_path):
    code = (
        "import os, signal, sys, numpy as np\n"
        "from pathlib import Path\n"
        "import models.bundle as b\n"
        "from models.blend import Blend\n"
        "from recommender.axes import Axes\n"
        "b.describe = lambda folder: os.kill(os.getpid(), signal.SIGKILL)\n"
        "blend = Blend((), np.zeros((4, 0), np.float32))\n"
        "b.save_bundle(Path(sys.argv[1]), Axes(()), (), blend, {})\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert done.returncode == -9
    assert all(path.name.startswith(".unfinished-") for path in tmp_path.iterdir())


def test_no_teacher_is_in_it(champion, data_dir):
    """The champion is fitted on a store that holds this teacher, with facts of every kind."""
    content = b"".join(path.read_bytes() for path in (data_dir / "artifacts").rglob("*.*"))
    assert b"c0" in content
    for trace in (b"zq-teacher", b"quetzal", b"Quetzal", b"example.org"):
        assert trace not in content


def test_no_array_has_a_row_a_teacher(bundle, data):
    shapes = [a.shape for evidence in bundle.evidence for a in evidence.arrays().values()]
    assert not [shape for shape in shapes if len(data.states) in shape]


# What is refused, each with its sentence.


def refuse(folder, sentence, **options):
    with pytest.raises(BundleRefused, match=sentence) as caught:
        load_bundle(folder, **options)
    assert caught.value.detail.endswith(".")


def test_missing_folder_or_manifest(tmp_path, folder):
    refuse(tmp_path / "nothing", r"has no manifest\.json")
    (folder / "manifest.json").unlink()
    refuse(folder, r"has no manifest\.json")


@pytest.mark.parametrize("text", ["", "{", "[]", "\xff"])
def test_manifest_that_is_no_json_object(folder, text):
    (folder / "manifest.json").write_bytes(text.encode("latin-1"))
    refuse(folder, r"manifest\.json")


@pytest.mark.parametrize("table", [None, [], {"axes.json": "hash"}])
def test_manifest_without_a_file_table(folder, table):
    edit_manifest(folder, lambda manifest: manifest.update(files=table))
    refuse(folder, "without a file table")


@pytest.mark.parametrize("change", [{"format_version": 1}, {"format": "other"}])
def test_wrong_format(folder, change):
    edit_manifest(folder, lambda manifest: manifest.update(change))
    refuse(folder, "Train again or use the matching version")


def test_another_bundle_than_asked_for(folder):
    load_bundle(folder, load_bundle(folder).hash)
    refuse(folder, "another one than was asked for", expected_hash="0" * 64)


def test_changed_manifest(folder):
    path = folder / "manifest.json"
    path.write_text(path.read_text().replace("abc", "abd"))
    refuse(folder, r"manifest\.json that was changed")


def test_changed_file_of_equal_size(folder):
    path = folder / "evidence/popular/popularity.npy"
    path.write_bytes(path.read_bytes()[:-1] + b"\x00")
    refuse(folder, "damaged file: 'evidence/popular/popularity.npy'")
    load_bundle(folder, verify=False)


def test_truncated_file_is_seen_without_hashing(folder):
    path = folder / "evidence/popular/popularity.npy"
    path.write_bytes(path.read_bytes()[:-4])
    refuse(folder, "damaged file", verify=False)


def test_missing_and_extra_files(folder):
    extra = folder / "evidence/popular/extra.npy"
    np.save(extra, np.zeros(2))
    refuse(folder, "unlisted file: 'evidence/popular/extra.npy'")
    extra.unlink()
    (folder / "blend.json").unlink()
    refuse(folder, r"lacks the file 'blend\.json'")


@pytest.mark.parametrize("change", [{"dtype": "<f8"}, {"shape": [7, 2]}, {"shape": None}])
def test_array_of_another_shape_or_type_than_listed(folder, change):
    row = "evidence/popular/popularity.npy"
    edit_manifest(folder, lambda manifest: manifest["files"][row].update(change))
    refuse(folder, "array")


@pytest.mark.parametrize(
    "name", ["../escape.npy", "/etc/passwd", "a/../b.npy", "a//b.npy", "A.npy", ".npy", "x.pkl"]
)
def test_path_tricks(folder, name):
    edit_manifest(folder, lambda manifest: manifest["files"].update({name: {}}))
    refuse(folder, "lists a name not allowed")


def test_links_are_refused(tmp_path, folder):
    path = folder / "axes.json"
    path.rename(tmp_path / "axes.json")
    path.symlink_to(tmp_path / "axes.json")
    refuse(folder, "holds something that is no file: 'axes.json'")


def test_pickles_are_never_opened(tmp_path, folder):
    class Trap:
        def __reduce__(self):
            return (os.mkdir, (str(tmp_path / "sprung"),))

    name = "evidence/popular/popularity.npy"
    pickled = pickle.dumps(Trap())
    (folder / name).write_bytes(pickled)
    edit_manifest(folder, lambda m: m["files"][name].update(bytes=len(pickled)))
    refuse(folder, "unreadable array", verify=False)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("axes.json", {}),
        ("axes.json", {"credentials": [["", "c", "x"]]}),
        ("blend.json", {"names": ["horoscope"], "weights": []}),
        ("blend.json", {"names": ["popular"], "weights": [[1.0]]}),
        ("settings.json", {}),
    ],
)
def test_parts_that_do_not_fit_together(folder, name, value):
    (folder / name).write_text(json.dumps(value))
    size = (folder / name).stat().st_size
    edit_manifest(folder, lambda manifest: manifest["files"][name].update(bytes=size))
    refuse(folder, "does not fit together", verify=False)


def test_arrays_of_another_catalog(tmp_path, bundle):
    other = replace(bundle, axes=make_catalog({"id": "only"}).axes)
    refuse(save(tmp_path, other), "does not fit together")


def test_evidence_must_be_in_the_blends_order(tmp_path, bundle):
    with pytest.raises(ValueError, match="in the order of the blend"):
        save_bundle(tmp_path, bundle.axes, bundle.evidence[::-1], bundle.blend, {})


class Odd(Evidence):
    """An evidence that learned whatever it is given."""

    name = EvidenceName.POPULAR

    def __init__(self, arrays):
        self.learned = arrays

    def score(self, states):
        return np.zeros((len(states), 1), np.float32)

    def facts(self, states, credential, limit=2) -> tuple[Fact, ...]:
        return ()

    def arrays(self):
        return self.learned

    @classmethod
    def restore(cls, arrays, settings, catalog_size):
        return cls(dict(arrays))


ODD_BLEND = Blend((EvidenceName.POPULAR,), np.ones((4, 1), np.float32))


@pytest.mark.parametrize(
    ("arrays", "match"),
    [
        ({"who": np.array(["t-1001"], dtype=object)}, "must hold numbers"),
        ({"who": np.array(["t-1001"])}, "must hold numbers"),
        ({"../who": np.zeros(2)}, "not a plain file name"),
    ],
)
def test_only_numbers_under_plain_names_are_saved(tmp_path, bundle, arrays, match):
    with pytest.raises(ValueError, match=match):
        save_bundle(tmp_path, bundle.axes, (Odd(arrays),), ODD_BLEND, {})
    assert not any(tmp_path.iterdir())


def test_empty_and_transposed_arrays_come_back(tmp_path, bundle, monkeypatch):
    monkeypatch.setattr("models.bundle.EVIDENCE", {EvidenceName.POPULAR: Odd})
    arrays = {"none": np.zeros((3, 0), np.float32), "turned": np.arange(6).reshape(2, 3).T}
    folder = save_bundle(tmp_path, bundle.axes, (Odd(arrays),), ODD_BLEND, {})
    loaded = load_bundle(folder).evidence[0].arrays()
    assert loaded["none"].shape == (3, 0)
    assert np.array_equal(loaded["turned"], arrays["turned"])


def test_hash_leaves_out_only_the_moment_of_writing(bundle):
    manifest = {"files": {}, "created": "now", "hash": "x"}
    assert content_hash(manifest) == content_hash({"files": {}})
    assert content_hash(manifest) != content_hash({"files": {"a": 1}})
    assert bundle.hash == content_hash({})


def test_writers_refuse_odd_names(tmp_path):
    with pytest.raises(ValueError, match="not a plain file name"):
        write_json(tmp_path, "../axes.json", {})
    with pytest.raises(ValueError, match="not a plain file name"):
        write_array(tmp_path, "a b.npy", np.zeros(1))


def test_bundle_of_a_district_without_standards(tmp_path):
    axes = make_catalog({"id": "c"}, standards={}).axes
    model = Bundle(axes, (), Blend((), np.zeros((4, 0), np.float32)), {})
    assert load_bundle(save(tmp_path, model)).axes == axes
