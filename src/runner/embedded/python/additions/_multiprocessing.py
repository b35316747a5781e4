raise ImportError("processes are not available: the embedded sandbox runs programs in one WebAssembly process")
