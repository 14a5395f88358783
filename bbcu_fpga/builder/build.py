# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Build an accelerator: from a checkpoint or QONNX graph to folded, verified RTL and HLS C++."""

from __future__ import annotations

import hashlib
import logging
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import yaml
from qonnx.core.modelwrapper import ModelWrapper

from bbcu_fpga import __version__, resources
from bbcu_fpga.builder.build_folder import (
    CONFIG,
    HLS_FOLDER,
    MANIFEST,
    REFERENCE_GRAPH,
    RTL_FOLDER,
    SHELL_FOLDER,
    Build,
)
from bbcu_fpga.builder.config import BuildConfig
from bbcu_fpga.builder.describe import describe
from bbcu_fpga.builder.execution import colours, execute, with_frame_size
from bbcu_fpga.builder.source_graph import load_graph
from bbcu_fpga.builder.step_record import RECORD, StepRecord, create_record
from bbcu_fpga.builder.steps import STEPS, BuildContext, Step, graph_path, to_hardware
from bbcu_fpga.builder.verification import verification_frames
from bbcu_fpga.errors import BuildError, ModelError
from bbcu_fpga.files import atomic_folder, atomic_path, locked, write_text
from bbcu_fpga.transformation.generate_hls import generate_hls
from bbcu_fpga.transformation.generate_rtl import generate_rtl
from bbcu_fpga.transformation.generate_shell import generate_shell, has_shell
from bbcu_fpga.transformation.set_folding import layer_foldings

logger = logging.getLogger(__name__)

_PACKAGES = ("finn-plus", "qonnx", "onnx", "onnxruntime", "numpy")
Progress = Callable[[str, int, int], None]


def build(config: BuildConfig, output: Path, *, progress: Progress | None = None) -> Build:
    """Build into `output` and return the opened build.

    Steps whose inputs did not change since an earlier, even interrupted, run are skipped.

    Args:
        config: what to build.
        output: the build folder; made if need be. A folder that is something else is refused.
        progress: called with (step, index, number of steps) as each begins.

    Raises:
        BuildError: `output` is not a build folder, or cannot be written.
        ModelError, ExactnessError, FoldingError, CheckpointError: as the steps.
    """
    with _builder(config, output, progress or (lambda *_: None)) as builder:
        builder.run()
    return Build.open(output)


def hardware_graph(config: BuildConfig, output: Path) -> Path:
    """Compile into `output` up to the graph of hardware operators that are not folded; return its path.

    A later `build` into the same folder goes on from there. Raises as `build`.
    """
    with _builder(config, output, lambda *_: None) as builder:
        return builder.compile_operators()


@contextmanager
def _builder(config: BuildConfig, output: Path, progress: Progress) -> Iterator[_Builder]:
    """Give the only builder that writes to `output`; raises BuildError if it is none's or another's."""
    _prepare_folder(output)
    try:
        with locked(output):
            yield _Builder(config, output, progress)
    except BlockingIOError:
        raise BuildError(f"{output}: another build is writing here; wait for it or give --output") from None


def _prepare_folder(output: Path) -> None:
    """Make the folder, or make sure that it is a build folder."""
    try:
        output.mkdir(parents=True, exist_ok=True)
        foreign = sorted(path.name for path in output.iterdir())
        if not foreign:
            create_record(output)
    except OSError as error:
        raise BuildError(f"{output}: cannot be used as build folder: {error}") from error
    if foreign and not (output / RECORD).exists():
        raise BuildError(f"{output}: not empty and not a build folder (it holds {foreign[:3]})")


class _Builder:
    """One run: knows which steps are done, by a chain of content hashes."""

    def __init__(self, config: BuildConfig, output: Path, progress: Progress) -> None:
        self.config, self.output, self.progress = config, output, progress
        self.total = len(STEPS) + 2
        self.record = StepRecord(output)

    def run(self) -> None:
        reference, digest, key = self._reference()
        model, key = self._run_steps(reference, key, STEPS)
        self._finish(model, reference, digest, _digest(key, self.config.model_dump_json()))

    def compile_operators(self) -> Path:
        """Run the steps before folding; return where the last one's graph is."""
        reference, _, key = self._reference()
        number = next(number for number, (step, _) in enumerate(STEPS, start=1) if step is to_hardware)
        self._run_steps(reference, key, STEPS[:number])
        return graph_path(self.output, number, to_hardware)

    def _reference(self) -> tuple[ModelWrapper, str, str]:
        """Return the reference graph, the digest of the network, and the key of this step."""
        source, digest = _resolve_model(self.config.model)
        if self.output.resolve() in Path(source).resolve().parents:
            raise BuildError(f"{source}: lies in the build folder it is compiled into; copy it out")
        key = _digest(sources_digest(), digest, self.config.frame.model_dump_json())
        self.progress("read the network", 0, self.total)
        reference_path = self.output / REFERENCE_GRAPH
        if not self.record.is_done("qonnx", key):
            self._invalidate()
            with atomic_path(reference_path) as temporary:
                _write_reference(source, self.config, temporary)
            self.record.mark("qonnx", key, [reference_path])
        return ModelWrapper(str(reference_path)), digest, key

    def _run_steps(
        self, reference: ModelWrapper, key: str, steps: Sequence[tuple[Step, tuple[str, ...]]]
    ) -> tuple[ModelWrapper, str]:
        context, model = BuildContext(self.config, reference), reference
        for number, (step, fields) in enumerate(steps, start=1):
            key = _digest(key, step.__name__, self.config.model_dump_json(include=set(fields)))
            self.progress(step.__name__.replace("_", " "), number, self.total)
            path = graph_path(self.output, number, step)
            if self.record.is_done(step.__name__, key):
                model = ModelWrapper(str(path))
                continue
            self._invalidate()
            model = step(model, context)
            with atomic_path(path) as temporary:
                model.save(str(temporary))
            self.record.mark(step.__name__, key, [path])
            logger.info("step %s: %d nodes", step.__name__, len(model.graph.node))
        return model, key

    def _finish(self, model: ModelWrapper, reference: ModelWrapper, digest: str, key: str) -> None:
        self.progress("write RTL and HLS", self.total - 1, self.total)
        if not self.record.is_done("rtl", key):
            self._invalidate()
            with atomic_folder(self.output / RTL_FOLDER) as folder:
                generate_rtl(model, folder)
            self._write_shell(model)
            with atomic_folder(self.output / HLS_FOLDER) as folder:
                self._write_hls(model, reference, folder)
            write_text(self.output / "folding.yaml", _folding_yaml(model))
            write_text(self.output / CONFIG, self.config.dumps())
            versions = {"bbcu-fpga": __version__, **{name: version(name) for name in _PACKAGES}}
            manifest = describe(model, reference, self.config, digest, versions)
            write_text(self.output / MANIFEST, manifest.model_dump_json(indent=2) + "\n")
            written = [RTL_FOLDER, HLS_FOLDER, "folding.yaml", CONFIG, MANIFEST]
            if has_shell(self.config.device.part):
                written.append(SHELL_FOLDER)
            self.record.mark("rtl", key, [self.output / name for name in written])
        self.progress("done", self.total, self.total)

    def _write_shell(self, model: ModelWrapper) -> None:
        if has_shell(self.config.device.part):
            with atomic_folder(self.output / SHELL_FOLDER) as folder:
                generate_shell(model, self.output / RTL_FOLDER, folder)
        elif (self.output / SHELL_FOLDER).exists():
            shutil.rmtree(self.output / SHELL_FOLDER)  # of another board

    def _write_hls(self, model: ModelWrapper, reference: ModelWrapper, folder: Path) -> None:
        frame, part = self.config.frame, self.config.device.part
        pictures = verification_frames(frame.height, frame.width, colours(reference))
        example = pictures, execute(reference, pictures)
        generate_hls(model, folder, part=part, clock_mhz=self.config.clock_mhz, example=example)

    def _invalidate(self) -> None:
        """Before anything changes: an interrupted build must not look finished."""
        (self.output / MANIFEST).unlink(missing_ok=True)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def sources_digest() -> str:
    """Return a digest of this compiler's own sources: a changed pass makes earlier steps stale."""
    package = Path(__file__).resolve().parent.parent
    files = [path for suffix in ("py", "j2") for path in package.rglob(f"*.{suffix}")]
    files += [*resources.rtl_dir().glob("*.sv"), *resources.hls_dir().rglob("*.h")]
    return _digest(*(hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(files)))


def _resolve_model(model: str) -> tuple[Path | str, str]:
    """Return what the network is read from, and its SHA-256."""
    path = Path(model)
    if path.suffix != ".onnx":
        from brevitas_models import checkpoint

        path = checkpoint.resolve(model)
    if not path.is_file():
        raise ModelError(f"{path}: no such file")
    return path, hashlib.sha256(path.read_bytes()).hexdigest()


def _write_reference(source: Path | str, config: BuildConfig, target: Path) -> None:
    if Path(source).suffix != ".onnx":
        from brevitas_models.export import export

        export(source, target, config.frame.height, config.frame.width)
        return
    model = load_graph(Path(source))
    with_frame_size(model, config.frame.height, config.frame.width).save(str(target))


def _folding_yaml(model: ModelWrapper) -> str:
    """Return the chosen folding in the form a configuration takes."""
    layers = {name: fold._asdict() for name, fold in layer_foldings(model).items()}
    return str(yaml.safe_dump({"folding": {"layers": layers}}, sort_keys=False))
