"""Hosts that are network namespaces of this machine, each with workers: cut off, healed, slow and lossy.

python -m tests.hosts --rounds 20 --hosts 4 --delay 40 --loss 2
"""
