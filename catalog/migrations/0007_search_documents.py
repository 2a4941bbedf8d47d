"""The documents by which the catalogue is searched, written by triggers: a fact may take any path."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.operations
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

FUNCTIONS = r"""
-- A text without accents and capitals: `plain` of catalog/window/words.py says the same in Python, and a test holds them together.
CREATE FUNCTION catalog_plain(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    lower(translate(regexp_replace(normalize($1, NFKD), U&'[\0300-\036F]', '', 'g'), 'đĐ', 'dd'));

-- Its words: letters or digits, so that “500g” and “500 g” are the same two.
CREATE FUNCTION catalog_words(text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    ARRAY(SELECT left(m[1], 100) FROM regexp_matches(catalog_plain($1), '[a-z]+|[0-9]+', 'g') AS m);

-- Words as they are written, where accents distinguish them.
CREATE FUNCTION catalog_accented(text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    ARRAY(SELECT m[1] FROM regexp_matches(lower(normalize($1, NFC)), '[[:alpha:]]+', 'g') AS m WHERE m[1] ~ '[^a-z]' AND length(m[1]) <= 100);

-- The place of a name in the Vietnamese alphabet (a ă â b c d đ e ê … o ô ơ … u ư …), syllable by syllable, each by its letters, then
-- by its tone (level, huyền, hỏi, ngã, sắc, nặng), as Vietnamese dictionaries do; numbers by their value. To be compared by bytes.
CREATE FUNCTION catalog_sort_key(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN (
    SELECT coalesce(string_agg(
        CASE WHEN m[1] ~ '^[0-9]' THEN lpad(m[1], greatest(12, length(m[1])), '0') ELSE
            replace(replace(replace(replace(replace(replace(replace(
                translate(m[1], U&'\0300\0301\0303\0309\0323', ''),
                U&'a\0306', 'a{'), U&'a\0302', 'a|'), U&'e\0302', 'e{'), U&'o\0302', 'o{'), U&'o\031B', 'o|'), U&'u\031B', 'u{'), 'đ', 'd{')
            || ' ' || CASE WHEN m[1] ~ U&'\0300' THEN 1 WHEN m[1] ~ U&'\0309' THEN 2 WHEN m[1] ~ U&'\0303' THEN 3
                           WHEN m[1] ~ U&'\0301' THEN 4 WHEN m[1] ~ U&'\0323' THEN 5 ELSE 0 END
        END, ' ' ORDER BY at), '')
    FROM regexp_matches(normalize(lower(normalize($1, NFC)), NFD), U&'[a-zđ\0300-\036F]+|[0-9]+', 'g') WITH ORDINALITY AS w (m, at));

-- A word, and it with any one letter left out. One mistake in it leaves one of these shapes the same.
CREATE FUNCTION catalog_shapes(text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    $1 || ARRAY(SELECT DISTINCT left($1, i - 1) || substr($1, i + 1) FROM generate_series(1, length($1)) AS i);

-- What a product is found by, weight by weight. Names of product sets are left out: they are lists of many goods, so crab paste would be
-- found by “honey”, which stands in the name of its set.
CREATE FUNCTION catalog_search_document(the_product catalog_product, the_producer catalog_producer, the_commune varchar, the_set bigint)
RETURNS tsvector LANGUAGE sql STABLE AS $$
    WITH former AS (
        SELECT string_agg(concat_ws(' ', f.name, f.district, f.province_name,
            -- “Kontum” and “Giarai” are written too
            regexp_replace(f.district, '^\S+ ', ''), replace(regexp_replace(f.province_name, '^\S+ ', ''), ' ', '')), ' ') AS names
        FROM places_formercommune f JOIN places_formercommune_successors s ON s.formercommune_id = f.code
        WHERE s.commune_id = the_commune
    ), weighed AS (
        SELECT 'A' AS weight, unnest(catalog_words(the_product.name_vi) || catalog_accented(the_product.name_vi)) AS word
        UNION ALL
        SELECT 'B', unnest(catalog_words(concat_ws(' ', the_product.name_en, the_product.code, the_product.gtin,
            the_producer.code, the_producer.name, the_producer.name_en)))
        UNION ALL
        SELECT 'C', unnest(catalog_words(concat_ws(' ', c.name, p.name, replace(regexp_replace(p.name, '^(Tỉnh|Thành phố) ', ''), ' ', ''))))
        FROM places_commune c JOIN places_province p ON p.code = c.province_id WHERE c.code = the_commune
        UNION ALL
        SELECT 'D', unnest(catalog_words(former.names)) FROM former
        UNION ALL
        SELECT 'D', unnest(catalog_words(concat_ws(' ', g.name_vi, g.name_en)))
        FROM catalog_ocopset s JOIN catalog_ocopgroup g ON g.id = s.group_id WHERE s.id = the_set
    )
    -- Letters and digits alone, so nothing needs quoting.
    SELECT coalesce(string_agg(word || ':1' || weight, ' '), '')::tsvector FROM (SELECT word, min(weight) AS weight FROM weighed GROUP BY word) AS w
$$;

-- Writes the documents of products. Rows are locked first and read afterwards: of two transactions that change the same product, the
-- second one reads what the first has committed. In order of id, so that two of them do not wait for each other.
CREATE FUNCTION catalog_index_products(ids bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE today date := (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
BEGIN
    PERFORM 1 FROM catalog_searchentry WHERE product_id = ANY (ids) ORDER BY product_id FOR UPDATE;
    INSERT INTO catalog_searchentry (product_id, words, name_key, sort_key, commune_id, ocop_set_id, price)
    SELECT p.id, catalog_search_document(p, r, seat.commune_id, facts.ocop_set_id), array_to_string(catalog_words(p.name_vi || ' ' || p.name_en), ' '),
        left(catalog_sort_key(p.name_vi), 900), seat.commune_id, facts.ocop_set_id, price.price
    FROM catalog_product p JOIN catalog_producer r ON r.id = p.producer_id
    -- In force: the newest begun, else the first (catalog.models.dated).
    LEFT JOIN LATERAL (SELECT commune_id FROM catalog_producerseat s WHERE s.producer_id = r.id
        ORDER BY CASE WHEN since <= today THEN since END DESC NULLS LAST, since LIMIT 1) seat ON true
    LEFT JOIN LATERAL (SELECT ocop_set_id FROM catalog_productfacts f WHERE f.product_id = p.id
        ORDER BY CASE WHEN since <= today THEN since END DESC NULLS LAST, since LIMIT 1) facts ON true
    LEFT JOIN LATERAL (SELECT price FROM catalog_listprice l WHERE l.product_id = p.id
        ORDER BY CASE WHEN since <= today THEN since END DESC NULLS LAST, since LIMIT 1) price ON true
    WHERE p.id = ANY (ids) ORDER BY p.id
    ON CONFLICT (product_id) DO UPDATE SET words = excluded.words, name_key = excluded.name_key, sort_key = excluded.sort_key,
        commune_id = excluded.commune_id, ocop_set_id = excluded.ocop_set_id, price = excluded.price;
    INSERT INTO catalog_searchword (word, shapes)
    SELECT word, catalog_shapes(word)
    FROM (SELECT DISTINCT unnest(tsvector_to_array(words)) COLLATE "C" AS word FROM catalog_searchentry WHERE product_id = ANY (ids)) AS w
    WHERE word ~ '^[a-z]{2,}$' AND NOT EXISTS (SELECT 1 FROM catalog_searchword k WHERE k.word = w.word)
    ORDER BY word ON CONFLICT DO NOTHING;
END $$;

CREATE FUNCTION catalog_product_indexed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM catalog_index_products(ARRAY(SELECT id FROM changed)); RETURN NULL; END $$;

CREATE FUNCTION catalog_product_row_indexed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM catalog_index_products(ARRAY(SELECT DISTINCT product_id FROM changed)); RETURN NULL; END $$;

-- What is deleted together with its product has no entry any more to be written again.
CREATE FUNCTION catalog_product_row_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM catalog_index_products(ARRAY(SELECT DISTINCT c.product_id FROM changed c JOIN catalog_searchentry e ON e.product_id = c.product_id));
    RETURN NULL;
END $$;

CREATE FUNCTION catalog_producer_indexed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM catalog_index_products(ARRAY(SELECT p.id FROM catalog_product p JOIN changed c ON c.id = p.producer_id)); RETURN NULL; END $$;

CREATE FUNCTION catalog_producer_row_indexed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM catalog_index_products(ARRAY(SELECT DISTINCT p.id FROM catalog_product p JOIN changed c ON c.producer_id = p.producer_id
        JOIN catalog_searchentry e ON e.product_id = p.id));
    RETURN NULL;
END $$;
"""
# Table → what follows an insert, an update, a delete.
TRIGGERS = {
    "catalog_product": ("product_indexed", "product_indexed", None),
    "catalog_productfacts": ("product_row_indexed", "product_row_indexed", "product_row_removed"),
    "catalog_listprice": ("product_row_indexed", "product_row_indexed", "product_row_removed"),
    "catalog_producer": (None, "producer_indexed", None),
    "catalog_producerseat": ("producer_row_indexed", "producer_row_indexed", "producer_row_indexed"),
}


def create() -> str:
    statements = [FUNCTIONS]
    for table, functions in TRIGGERS.items():
        for event, rows, function in zip(("INSERT", "UPDATE", "DELETE"), ("NEW", "NEW", "OLD"), functions, strict=True):
            if function:
                statements.append(
                    f"CREATE TRIGGER search_{event.lower()} AFTER {event} ON {table} REFERENCING {rows} TABLE AS changed"
                    f" FOR EACH STATEMENT EXECUTE FUNCTION catalog_{function}();"
                )
    statements.append("SELECT catalog_index_products(ARRAY(SELECT id FROM catalog_product));")
    return "\n".join(statements)


def drop() -> str:
    statements = [
        f"DROP TRIGGER search_{event.lower()} ON {table};"
        for table, functions in TRIGGERS.items()
        for event, function in zip(("INSERT", "UPDATE", "DELETE"), functions, strict=True)
        if function
    ]
    for name in ("producer_row_indexed", "producer_indexed", "product_row_removed", "product_row_indexed", "product_indexed"):
        statements.append(f"DROP FUNCTION catalog_{name}();")
    statements.append("DROP FUNCTION catalog_index_products(bigint[]);")
    statements.append("DROP FUNCTION catalog_search_document(catalog_product, catalog_producer, varchar, bigint);")
    statements += [f"DROP FUNCTION catalog_{name}(text);" for name in ("shapes", "sort_key", "accented", "words", "plain")]
    return "\n".join(statements)


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0006_publish_what_is_there"),
        ("places", "0001_initial"),
    ]

    operations = [
        django.contrib.postgres.operations.TrigramExtension(),
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "product",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_entry",
                        serialize=False,
                        to="catalog.product",
                    ),
                ),
                ("words", django.contrib.postgres.search.SearchVectorField()),
                ("name_key", models.TextField(help_text="the name in both languages without accents, for likeness")),
                (
                    "sort_key",
                    models.CharField(db_collation="C", help_text="catalog_sort_key: place in the Vietnamese alphabet", max_length=900),
                ),
                ("price", models.PositiveBigIntegerField(null=True)),
                (
                    "commune",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="places.commune"),
                ),
                (
                    "ocop_set",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="catalog.ocopset"),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["words"], name="search_words"),
                    models.Index(fields=["sort_key"], name="search_alphabet"),
                    django.contrib.postgres.indexes.GinIndex(fields=["name_key"], name="search_likeness", opclasses=["gin_trgm_ops"]),
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("word", models.CharField(db_collation="C", max_length=100, primary_key=True, serialize=False)),
                (
                    "shapes",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(db_collation="C", max_length=100), size=None),
                ),
            ],
            options={
                "indexes": [django.contrib.postgres.indexes.GinIndex(fields=["shapes"], name="search_shapes")],
            },
        ),
        migrations.RunSQL(create(), drop()),
    ]
