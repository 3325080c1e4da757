"""Sinks: workers of their own that carry what was published to where others look for it. One file a sink.

A sink is a member of the consumer group ``sink:{name}``. It acknowledges what its target has kept, so a target that is
down delays, never drops, and stops no other sink. An entry that its target refuses for good goes to the sink's
dead-letter stream, and the next one is carried on.

jsonl       files of JSON Lines: rotated, whole or growing, each entry once
postgres    stories, articles and their versions in PostgreSQL
opensearch  documents in OpenSearch (or Elasticsearch) by its bulk interface
webhook     one signed POST per entry
feed        an RSS or Atom file of the newest stories
"""
