"""``python data/demo/make`` writes the demo panel again; ``--check`` compares byte for byte."""

import sys

sys.dont_write_bytecode = True  # data/ holds data, not compiled programs

from generator import main  # noqa: E402

sys.exit(main())
