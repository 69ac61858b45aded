"""What a brief is and how it is judged: pure, no I/O, no clock. Begin with `stages`."""
