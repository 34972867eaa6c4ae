"""A small service over leadenrich: upload, design, run, download; everything in memory, gone at restart."""
