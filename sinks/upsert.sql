-- A batch of records, given as one JSON array, as one transaction. Rows are taken in the order of their keys, so
-- that two members of one sink never wait for each other in a circle. A record names its version from the second on.

INSERT INTO stories (id)
SELECT DISTINCT story FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(story text)
ORDER BY story
ON CONFLICT DO NOTHING;

INSERT INTO versions (article, version, record)
SELECT id, coalesce(version, 1), record FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(id text, version integer, record jsonb)
ORDER BY 1, 2
ON CONFLICT DO NOTHING;

INSERT INTO articles (id, story, version, relation, duplicate_of, headline, body, publisher, published, language, url, word_count, record)
SELECT DISTINCT ON (id) id, story, coalesce(version, 1), relation, duplicate_of, headline, body, publisher, published, language, url, word_count, record
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(
    id text, story text, version integer, relation text, duplicate_of text, headline text, body text, publisher text,
    published text, language text, url text, word_count integer, record jsonb)
ORDER BY id, coalesce(version, 1) DESC
ON CONFLICT (id) DO UPDATE SET
    story = EXCLUDED.story,
    version = EXCLUDED.version,
    relation = EXCLUDED.relation,
    duplicate_of = EXCLUDED.duplicate_of,
    headline = EXCLUDED.headline,
    body = EXCLUDED.body,
    publisher = EXCLUDED.publisher,
    published = EXCLUDED.published,
    language = EXCLUDED.language,
    url = EXCLUDED.url,
    word_count = EXCLUDED.word_count,
    record = EXCLUDED.record,
    stored_at = now()
WHERE EXCLUDED.version > articles.version;
