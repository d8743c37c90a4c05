"""What is damaged on disk is found, told once, and served around; `doctor storage` tells it without a server."""

import subprocess

import pytest

from harness.deadline import until
from harness.documents import segment
from harness.roentgen import clean_environment
from harness.xray import RawClient

QUARANTINED = "roentgen_blocks_quarantined"
DAMAGED_FRAMES = "roentgen_journal_damaged_frames_total"
ZSTD_MAGIC = bytes([0x28, 0xB5, 0x2F, 0xFD])
FRAME_IN_JOURNAL = 100


@pytest.fixture
def doctor(binary, tmp_path):
    def run(data_dir):
        return subprocess.run(
            [binary, "doctor", "storage", "--data-dir", data_dir],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            env=clean_environment(),
            cwd=tmp_path,
        )

    return run


@pytest.fixture
def two_blocks(roentgen):
    """Two stored traces, each in a block of its own; the server is stopped."""
    documents = [segment(), segment()]
    for document in documents:
        RawClient(roentgen).put(document)
        assert roentgen.stop() == 0
        roentgen.start()
    assert roentgen.stop() == 0
    return documents


def files(roentgen, pattern):
    return sorted((roentgen.data_dir / "store" / "blocks").glob(pattern))


def flip(file, at):
    content = bytearray(file.read_bytes())
    content[at] ^= 0x10
    file.write_bytes(content)


def assert_damaged(done, file):
    assert done.returncode == 1, (done.returncode, done.stderr)
    damaged = [line for line in done.stdout.splitlines() if line.startswith("damaged: ")]
    assert len(damaged) == 1, done.stdout
    assert file.name in damaged[0]
    assert done.stderr.splitlines()[-1] == "roentgen: 1 place is damaged"


def test_a_sound_directory_ends_with_exit_code_0(doctor, roentgen, two_blocks):
    assert len(two_blocks) == len(files(roentgen, "*.parquet"))
    done = doctor(roentgen.data_dir)
    assert done.returncode == 0, done.stderr
    assert "blocks: 2, " in done.stdout
    assert "damaged" not in done.stdout


def test_a_directory_in_use_or_absent_is_refused_in_one_line(doctor, roentgen, tmp_path):
    for data_dir in (roentgen.data_dir, tmp_path / "absent"):
        done = doctor(data_dir)
        assert (done.returncode, done.stdout) == (2, "")
        [line] = done.stderr.splitlines()
        assert str(data_dir) in line
    assert not (tmp_path / "absent").exists()


def test_what_a_killed_server_leaves_is_sound(doctor, roentgen):
    RawClient(roentgen).put(segment(), segment())
    roentgen.kill()
    done = doctor(roentgen.data_dir)
    assert done.returncode == 0, done.stderr
    assert " 2 good frames" in done.stdout


def test_a_damaged_block_is_told_once_and_served_around(doctor, roentgen, two_blocks):
    blocks = files(roentgen, "*.parquet")
    flip(blocks[0], blocks[0].read_bytes().index(ZSTD_MAGIC) + 10)
    assert_damaged(doctor(roentgen.data_dir), blocks[0])

    roentgen.start()
    client = RawClient(roentgen)
    ids = [document["trace_id"] for document in two_blocks]
    first = client.call("BatchGetTraces", TraceIds=ids)
    [there] = [trace["Id"] for trace in first["Traces"]]
    assert first["UnprocessedTraceIds"] == [trace_id for trace_id in ids if trace_id != there]
    for _ in range(3):
        found = [client.documents(document["trace_id"]) for document in two_blocks]
        assert sorted(map(len, found)) == [0, 1]
    until(lambda: roentgen.counter(QUARANTINED) == 1, "the damaged block is on /metrics")
    told = [line for line in roentgen.log().splitlines() if "block is damaged" in line]
    assert len(told) == 1, told
    assert roentgen.stop() == 0
    done = doctor(roentgen.data_dir)
    assert_damaged(done, blocks[0])
    assert f"quarantined: store/blocks/{blocks[0].name}: the checksum" in done.stdout


@pytest.mark.usefixtures("two_blocks")
def test_damaged_rollups_are_told_and_made_anew(doctor, roentgen):
    rollups = files(roentgen, "*.rollups")[0]
    flip(rollups, rollups.stat().st_size // 2)
    assert_damaged(doctor(roentgen.data_dir), rollups)


def test_a_damaged_journal_frame_is_told_counted_and_served_around(doctor, roentgen):
    documents = [segment() for _ in range(3)]
    client = RawClient(roentgen)
    for document in documents:
        client.put(document)
    roentgen.kill()
    [journal] = sorted((roentgen.data_dir / "journal").glob("*.journal"))
    flip(journal, FRAME_IN_JOURNAL)
    assert_damaged(doctor(roentgen.data_dir), journal)

    roentgen.start()
    client = RawClient(roentgen)
    assert [len(client.documents(document["trace_id"])) for document in documents] == [0, 1, 1]
    assert roentgen.counter(DAMAGED_FRAMES) == 1
