-- Stories, the articles that tell them, and every version of each article.

CREATE TABLE stories (
    id         text PRIMARY KEY,
    first_seen timestamptz NOT NULL DEFAULT now()
);

-- One row an article: its latest version. `record` is the published record as it stands in the stream.
CREATE TABLE articles (
    id           text PRIMARY KEY,
    story        text NOT NULL REFERENCES stories,
    version      integer NOT NULL,
    relation     text NOT NULL,
    duplicate_of text,
    headline     text,
    body         text NOT NULL,
    publisher    text,
    published    text,
    language     text NOT NULL,
    url          text,
    word_count   integer NOT NULL,
    record       jsonb NOT NULL,
    stored_at    timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX articles_story ON articles (story);
CREATE INDEX articles_published ON articles (published);

CREATE TABLE versions (
    article   text NOT NULL,
    version   integer NOT NULL,
    record    jsonb NOT NULL,
    stored_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (article, version)
);
