#include "db_fixture.h"

#include <stdio.h>
#include <sys/stat.h>

#include <apr_strings.h>

#include "crowd.h"

/* ---- waiting for other writers ------------------------------------------------------------------
 */

static const bk_db_options_t impatient = {BK_DB_SYNCHRONOUS_OFF, apr_time_from_msec(200), NULL};

/* Somebody who is writing, and does not come to an end. */
static sqlite3 *block(const char *path)
{
    sqlite3 *other = db_foreign(path);

    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE; DELETE FROM things", NULL, NULL, NULL),
                     SQLITE_OK);
    return other;
}

static void test_busy(void **state)
{
    const char *path = db_new_path();
    db_conn_t *conn = db_try(path, &unit_schema, &impatient);
    sqlite3 *other;
    int64_t start;

    assert_int_equal(conn->rv, APR_SUCCESS);
    assert_int_equal(db_add(conn, 1, "one"), APR_SUCCESS);
    other = block(path);

    start = crowd_usec();
    assert_int_equal(db_add(conn, 2, "two"), APR_TIMEUP);
    assert_in_range(crowd_usec() - start, 150000, CROWD_LATE);
    assert_non_null(strstr(bk_db_error(conn->db), "locked"));
    start = crowd_usec();
    assert_int_equal(bk_db_begin(conn->db), APR_TIMEUP);
    assert_in_range(crowd_usec() - start, 150000, CROWD_LATE);
    /* Readers do not wait, and see what was committed. */
    assert_int_equal(db_count(conn), 1);

    sqlite3_close(other);
    assert_int_equal(db_add(conn, 2, "two"), APR_SUCCESS);
    assert_int_equal(bk_db_begin(conn->db), APR_SUCCESS);
    assert_int_equal(bk_db_end(conn->db, APR_SUCCESS), APR_SUCCESS);
    assert_int_equal(db_count(conn), 2);
    db_close(conn);
}

/* ---- the queue of writers -----------------------------------------------------------------------
 */

typedef struct queue_t {
    bk_lock_t lock;
    _Atomic int held;
} queue_t;

static queue_t *queue_new(void)
{
    queue_t *queue = crowd_memory(sizeof(*queue));

    assert_int_equal(bk_lock_init_fair(&queue->lock), APR_SUCCESS);
    return queue;
}

static void hold(void *data, int number)
{
    queue_t *queue = data;

    (void)bk_lock_acquire(&queue->lock, CROWD_LATE);
    atomic_store(&queue->held, 1);
    for (;;) {
        pause();
    }
}

static void test_queue_is_waited_for(void **state)
{
    queue_t *queue = queue_new();
    bk_db_options_t options = {BK_DB_SYNCHRONOUS_OFF, apr_time_from_msec(200), &queue->lock};
    db_conn_t *conn = db_try(db_new_path(), &unit_schema, &options);
    pid_t holder;
    int64_t start;

    assert_int_equal(conn->rv, APR_SUCCESS);
    holder = crowd_child(1, hold, queue, 0);
    CROWD_WAIT(atomic_load(&queue->held));
    start = crowd_usec();
    assert_int_equal(db_add(conn, 1, "one"), APR_TIMEUP);
    assert_in_range(crowd_usec() - start, 150000, CROWD_LATE);
    assert_true(*bk_db_error(conn->db));
    assert_int_equal(bk_db_begin(conn->db), APR_TIMEUP);
    assert_int_equal(db_count(conn), 0); /* readers pass by */
    crowd_kill(holder);
    assert_int_equal(db_add(conn, 1, "one"), APR_SUCCESS);
    assert_int_equal(db_count(conn), 1);
    db_close(conn);
}

static void assert_free(queue_t *queue)
{
    assert_int_equal(bk_lock_acquire(&queue->lock, 0), APR_SUCCESS);
    bk_lock_release(&queue->lock);
}

/* However a write or a transaction ends, the next writer has its turn. */
static void test_queue_is_left(void **state)
{
    queue_t *queue = queue_new();
    bk_db_options_t options = {BK_DB_SYNCHRONOUS_OFF, apr_time_from_msec(50), &queue->lock};
    const char *path = db_new_path();
    db_conn_t *conn = db_try(path, &unit_schema, &options);
    sqlite3 *other;

    assert_int_equal(conn->rv, APR_SUCCESS);
    assert_free(queue);
    assert_int_equal(db_add(conn, 1, "one"), APR_SUCCESS);
    assert_free(queue);
    assert_int_equal(db_add(conn, 1, "one"), APR_EEXIST);
    assert_free(queue);
    assert_int_equal(bk_db_write(conn->db, FAULTY, NO_ARGS, NULL), APR_EGENERAL);
    assert_free(queue);
    assert_int_equal(db_count(conn), 1);
    assert_free(queue);

    assert_int_equal(bk_db_begin(conn->db), APR_SUCCESS);
    assert_int_equal(bk_lock_acquire(&queue->lock, 0), APR_TIMEUP);
    assert_int_equal(db_add(conn, 2, "two"), APR_SUCCESS);
    assert_int_equal(bk_lock_acquire(&queue->lock, 0), APR_TIMEUP);
    assert_int_equal(bk_db_end(conn->db, APR_SUCCESS), APR_SUCCESS);
    assert_free(queue);
    assert_int_equal(bk_db_begin(conn->db), APR_SUCCESS);
    assert_int_equal(bk_db_end(conn->db, APR_EGENERAL), APR_EGENERAL);
    assert_free(queue);

    other = block(path);
    assert_int_equal(db_add(conn, 3, "three"), APR_TIMEUP);
    assert_free(queue);
    assert_int_equal(bk_db_begin(conn->db), APR_TIMEUP);
    assert_free(queue);
    sqlite3_close(other);
    assert_int_equal(db_add(conn, 3, "three"), APR_SUCCESS);
    assert_free(queue);
    db_close(conn);
}

/* ---- many writers -------------------------------------------------------------------------------
 */

enum { PROCESSES = 3, THREADS = 2, ROUNDS = 40 };

typedef struct work_t {
    char path[600];
    bk_lock_t *writers;
    _Atomic int added, lost, broken;
} work_t;

/* Two rows in a transaction, a third that is rolled back, and a row that everybody wants to add. */
static void add_rows(void *data, int number)
{
    work_t *work = data;
    bk_db_options_t options = {BK_DB_SYNCHRONOUS_OFF, CROWD_LATE, work->writers};
    db_conn_t *conn = db_try(work->path, &unit_schema, &options);
    int i;

    for (i = 0; i < ROUNDS && conn->rv == APR_SUCCESS; i++) {
        apr_int64_t id = number * 1000 + i * 4, changed = -1;
        apr_status_t rv = bk_db_begin(conn->db);

        rv = rv == APR_SUCCESS ? db_add(conn, id, "first") : rv;
        rv = rv == APR_SUCCESS ? db_add(conn, id + 1, "second") : rv;
        if (bk_db_end(conn->db, rv) != APR_SUCCESS || bk_db_begin(conn->db) != APR_SUCCESS ||
            db_add(conn, id + 2, "third") != APR_SUCCESS || bk_db_end(conn->db, 12345) != 12345) {
            atomic_fetch_add(&work->broken, 1);
        }
        rv = bk_db_write(conn->db, ADD_IF_NONE,
                         ARGS(bk_db_int(id + 3), bk_db_text(apr_psprintf(conn->p, "wanted %d", i))),
                         &changed);
        if (rv != APR_SUCCESS || (changed != 0 && changed != 1)) {
            atomic_fetch_add(&work->broken, 1);
        }
        atomic_fetch_add(changed == 1 ? &work->added : &work->lost, 1);
    }
    if (conn->rv != APR_SUCCESS) {
        atomic_fetch_add(&work->broken, 1);
    }
    db_close(conn);
}

static void run_writers(bk_lock_t *writers)
{
    work_t *work = crowd_memory(sizeof(*work));
    db_conn_t *conn;

    apr_cpystrn(work->path, db_new_path(), sizeof(work->path));
    work->writers = writers;
    assert_true(crowd_run(PROCESSES, THREADS, add_rows, work));
    assert_int_equal(atomic_load(&work->broken), 0);
    assert_int_equal(atomic_load(&work->added), ROUNDS);
    assert_int_equal(atomic_load(&work->lost), (PROCESSES * THREADS - 1) * ROUNDS);
    conn = db_open(work->path, &unit_schema);
    assert_int_equal(db_count(conn), PROCESSES * THREADS * ROUNDS * 2 + ROUNDS);
    assert_int_equal(db_raw_number(conn, "SELECT count(*) FROM things WHERE name = 'third'"), 0);
    assert_int_equal(db_raw_number(conn, "SELECT count(DISTINCT name) FROM things"), 2 + ROUNDS);
    db_close(conn);
}

static void test_writers(void **state)
{
    run_writers(NULL);
}

static void test_writers_in_a_queue(void **state)
{
    run_writers(&queue_new()->lock);
}

/* ---- the write-ahead log ------------------------------------------------------------------------
 */

enum { FRAME = 2048 + 24, CHECKPOINT = 2000, LONG_LOG = 8 * CHECKPOINT, BOUND = 9 * CHECKPOINT };

/* How long the log of a database is, in pages. */
static int log_pages(const char *path)
{
    char name[620];
    struct stat file;

    snprintf(name, sizeof(name), "%s-wal", path);
    return stat(name, &file) == 0 ? (int)(file.st_size / FRAME) : -1;
}

/* More pages than a log is to have, a few in each transaction. */
static apr_status_t add_pages(db_conn_t *conn, apr_int64_t from, int rows)
{
    char name[3001];
    apr_status_t rv = APR_SUCCESS;
    int i;

    for (i = 0; i < rows && rv == APR_SUCCESS; i++) {
        apr_snprintf(name, sizeof(name), "%03000d", (int)from + i);
        rv = db_add(conn, from + i, name);
    }
    return rv;
}

/* By one store of a connection that another store uses as well, and a third one did. */
static void test_log_begins_anew(void **state)
{
    const char *path = db_new_path();
    db_conn_t *conn = db_open(path, &unit_schema);
    bk_db_t *db = conn->db, *other, *gone;
    apr_pool_t *p;

    apr_pool_create(&p, conn->p);
    assert_int_equal(
        bk_db_attach(&gone, conn->driver, conn->handle, &unit_schema, &unit_options, p), 0);
    assert_int_equal(
        bk_db_attach(&other, conn->driver, conn->handle, &unit_schema, &unit_options, conn->p), 0);
    conn->db = gone;
    assert_int_equal(add_pages(conn, 0, 10), APR_SUCCESS);
    apr_pool_destroy(p);
    conn->db = other;
    assert_int_equal(add_pages(conn, 10, 10), APR_SUCCESS);
    conn->db = db;
    assert_int_equal(add_pages(conn, 100, 2 * CHECKPOINT), APR_SUCCESS);
    assert_in_range(log_pages(path), CHECKPOINT, CHECKPOINT + 100);
    db_close(conn);
}

static void add_many_pages(void *data, int number)
{
    work_t *work = data;
    bk_db_options_t options = {BK_DB_SYNCHRONOUS_NORMAL, CROWD_LATE, work->writers};
    db_conn_t *conn = db_try(work->path, &unit_schema, &options);

    if (conn->rv != APR_SUCCESS || add_pages(conn, number * 100000, 2000) != APR_SUCCESS) {
        atomic_fetch_add(&work->broken, 1);
    }
    db_close(conn);
}

/* Nobody stops writing while a checkpoint is made, and the log does not grow without end. */
static void test_log_of_a_crowd(void **state)
{
    work_t *work = crowd_memory(sizeof(*work));
    db_conn_t *conn;

    apr_cpystrn(work->path, db_new_path(), sizeof(work->path));
    work->writers = &queue_new()->lock;
    conn = db_open(work->path, &unit_schema);
    assert_true(crowd_run(PROCESSES, THREADS, add_many_pages, work));
    assert_int_equal(atomic_load(&work->broken), 0);
    assert_int_equal(db_count(conn), PROCESSES * THREADS * 2000);
    assert_in_range(log_pages(work->path), CHECKPOINT, LONG_LOG + 3 * CHECKPOINT);
    db_close(conn);
}

/* As long as somebody reads one state, the log cannot begin anew: that is told, once, and writers
 * go on. When that ends the log is soon as short as before. */
static void test_log_with_a_reader(void **state)
{
    const char *path = db_new_path();
    bk_db_options_t options = {BK_DB_SYNCHRONOUS_OFF, apr_time_from_msec(200), &queue_new()->lock};
    db_conn_t *conn = db_try(path, &unit_schema, &options);
    sqlite3 *reader = db_foreign(path);
    apr_int64_t id;
    int told = 0;

    assert_int_equal(conn->rv, APR_SUCCESS);
    assert_int_equal(sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM things", NULL, NULL, NULL),
                     SQLITE_OK);
    for (id = 0; log_pages(path) <= BOUND + CHECKPOINT + 100; id++) {
        assert_int_equal(add_pages(conn, id, 1), APR_SUCCESS);
        told += bk_db_log_pages(conn->db) >= BOUND;
    }
    assert_int_equal(told, 1);
    assert_int_equal(sqlite3_exec(reader, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(add_pages(conn, id, CHECKPOINT), APR_SUCCESS);
    assert_in_range(log_pages(path), CHECKPOINT, BOUND + 1);
    assert_int_equal(bk_db_log_pages(conn->db), 0);
    assert_int_equal(db_count(conn), id + CHECKPOINT);
    sqlite3_close(reader);
    db_close(conn);
}

/* ---- somebody changes the schema ----------------------------------------------------------------
 */

static void test_schema_changes(void **state)
{
    static const char *const changes[] = {
        "ALTER TABLE things ADD COLUMN colour TEXT",
        "CREATE INDEX things_by_number ON things (number)",
        "DROP INDEX things_by_name",
        "CREATE TABLE unrelated (id INTEGER)",
        "VACUUM",
        "ANALYZE",
    };
    const char *path = db_new_path();
    db_conn_t *conn = db_open(path, &unit_schema);
    sqlite3 *other = db_foreign(path);
    size_t i;

    for (i = 0; i < UNIT_ROWS(changes); i++) {
        apr_int64_t id = (apr_int64_t)i;
        bk_db_value_t row[3];

        assert_int_equal(db_add(conn, id, "before"), APR_SUCCESS);
        assert_int_equal(bk_db_read(conn->db, FIND_THING, ARGS(bk_db_int(id)), row, 3, conn->p),
                         APR_SUCCESS);
        assert_int_equal(sqlite3_exec(other, changes[i], NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(bk_db_read(conn->db, FIND_THING, ARGS(bk_db_int(id)), row, 3, conn->p),
                         APR_SUCCESS);
        assert_string_equal(row[0].text, "before");
        assert_int_equal(db_add(conn, id + 100, "after"), APR_SUCCESS);
        assert_int_equal(bk_db_begin(conn->db), APR_SUCCESS);
        assert_int_equal(db_add(conn, id + 200, "after"), APR_SUCCESS);
        assert_int_equal(bk_db_end(conn->db, APR_SUCCESS), APR_SUCCESS);
        assert_int_equal(db_count(conn), 3 * (id + 1));
    }
    sqlite3_close(other);
    db_close(conn);
}

/* ---- no room ------------------------------------------------------------------------------------
 */

static apr_status_t fill(db_conn_t *conn, apr_int64_t *id)
{
    char *name = apr_pcalloc(conn->p, 3001);
    apr_int64_t end = *id + 500;
    apr_status_t rv = APR_SUCCESS;

    memset(name, 'x', 3000);
    while (*id < end && (rv = db_add(conn, *id, name)) == APR_SUCCESS) {
        (*id)++;
    }
    return rv;
}

static void test_full(void **state)
{
    db_conn_t *conn = db_open(db_new_path(), &unit_schema);
    apr_int64_t id = 0, before;

    assert_int_equal(db_raw_number(conn, "PRAGMA max_page_count = 40"), 40);
    assert_int_equal(fill(conn, &id), APR_ENOSPC);
    assert_non_null(strstr(bk_db_error(conn->db), "full"));
    assert_true(id > 5);
    assert_int_equal(db_count(conn), id);

    /* In a transaction: all of it is undone. */
    before = id;
    assert_int_equal(db_raw_number(conn, "PRAGMA max_page_count = 80"), 80);
    assert_int_equal(bk_db_begin(conn->db), APR_SUCCESS);
    assert_int_equal(fill(conn, &id), APR_ENOSPC);
    assert_true(id > before);
    assert_int_equal(bk_db_end(conn->db, APR_ENOSPC), APR_ENOSPC);
    assert_non_null(strstr(bk_db_error(conn->db), "full"));
    assert_int_equal(db_count(conn), before);

    /* With room again, it goes on. */
    assert_int_equal(db_raw_number(conn, "PRAGMA max_page_count = 1000"), 1000);
    assert_int_equal(db_add(conn, id + 1, "one more"), APR_SUCCESS);
    assert_int_equal(
        db_raw_number(conn,
                      "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"),
        1);
    db_close(conn);
}

/* ---- kill -9 ------------------------------------------------------------------------------------
 */

typedef struct writer_t {
    char path[600];
    bk_lock_t *writers;
    _Atomic int64_t next; /* ids below were acknowledged, or refused to a writer that died */
    _Atomic int64_t acknowledged[20000];
    _Atomic int begun, broken;
} writer_t;

/* Pairs of rows, -id and id, each acknowledged here only when it is committed. */
static void write_pairs(void *data, int number)
{
    writer_t *writer = data;
    bk_db_options_t options = {BK_DB_SYNCHRONOUS_FULL, CROWD_LATE, writer->writers};
    db_conn_t *conn = db_try(writer->path, &unit_schema, &options);

    while (conn->rv == APR_SUCCESS) {
        int64_t id = atomic_fetch_add(&writer->next, 1) + 1;
        apr_status_t rv = id < 20000 ? bk_db_begin(conn->db) : APR_EGENERAL;

        if (rv != APR_SUCCESS) {
            break;
        }
        rv = db_add(conn, -id, "pair");
        rv = rv == APR_SUCCESS ? db_add(conn, id, "pair") : rv;
        if (bk_db_end(conn->db, rv) != APR_SUCCESS) {
            break;
        }
        atomic_store(&writer->acknowledged[id], 1);
    }
    atomic_fetch_add(&writer->broken, 1); /* nothing but a kill ends it */
}

static void run_under_fire(bk_lock_t *writers)
{
    enum { CHILDREN = 2, KILLS = 12 };
    writer_t *writer = crowd_memory(sizeof(*writer));
    pid_t children[CHILDREN];
    uint64_t seed = 6;
    int64_t id, acknowledged = 0;
    db_conn_t *conn;
    int i;

    apr_cpystrn(writer->path, db_new_path(), sizeof(writer->path));
    writer->writers = writers;
    for (i = 0; i < CHILDREN; i++) {
        children[i] = crowd_child(1, write_pairs, writer, i);
    }
    for (i = 0; i < KILLS; i++) {
        int64_t seen = atomic_load(&writer->next);
        CROWD_WAIT(atomic_load(&writer->next) > seen + 3); /* the others go on */
        usleep((useconds_t)unit_random_in(&seed, 0, 15000));
        crowd_kill(children[i % CHILDREN]);
        children[i % CHILDREN] = crowd_child(1, write_pairs, writer, 0);
    }
    for (i = 0; i < CHILDREN; i++) {
        crowd_kill(children[i]);
    }
    assert_int_equal(atomic_load(&writer->broken), 0);

    conn = db_open(writer->path, &unit_schema);
    for (id = 1; id <= atomic_load(&writer->next); id++) {
        apr_int64_t rows = db_raw_number(
            conn, apr_psprintf(conn->p,
                               "SELECT count(*) FROM things WHERE id IN (%" APR_INT64_T_FMT
                               ", -%" APR_INT64_T_FMT ")",
                               id, id));
        int promised = atomic_load(&writer->acknowledged[id]) != 0;
        assert_that(rows == 2 || (rows == 0 && !promised), "%d: %d rows, %s", (int)id, (int)rows,
                    promised ? "acknowledged" : "not acknowledged");
        acknowledged += promised;
    }
    assert_true(acknowledged > KILLS);
    assert_int_equal(
        db_raw_number(conn,
                      "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"),
        1);
    db_close(conn);
}

static void test_killed(void **state)
{
    run_under_fire(NULL);
}

static void test_killed_in_a_queue(void **state)
{
    run_under_fire(&queue_new()->lock);
}

static void begin_and_stay(void *data, int number)
{
    writer_t *writer = data;
    bk_db_options_t options = {BK_DB_SYNCHRONOUS_OFF, CROWD_LATE, writer->writers};
    db_conn_t *conn = db_try(writer->path, &unit_schema, &options);

    if (bk_db_begin(conn->db) == APR_SUCCESS && db_add(conn, 1, "never") == APR_SUCCESS) {
        atomic_store(&writer->begun, 1);
    }
    for (;;) {
        pause();
    }
}

/* What was begun and not ended is undone, and holds up nobody. */
static void test_killed_in_a_transaction(void **state)
{
    writer_t *writer = crowd_memory(sizeof(*writer));
    bk_db_options_t options = {BK_DB_SYNCHRONOUS_OFF, apr_time_from_msec(100), NULL};
    db_conn_t *conn;
    pid_t child;

    options.writers = writer->writers = &queue_new()->lock;
    apr_cpystrn(writer->path, db_new_path(), sizeof(writer->path));
    /* Before the file is opened here: SQLite's locks do not outlive a fork. */
    child = crowd_child(1, begin_and_stay, writer, 0);
    CROWD_WAIT(atomic_load(&writer->begun));
    conn = db_try(writer->path, &unit_schema, &options);
    assert_int_equal(conn->rv, APR_SUCCESS);
    assert_int_equal(db_add(conn, 1, "mine"), APR_TIMEUP);
    crowd_kill(child);
    assert_int_equal(db_count(conn), 0);
    assert_int_equal(db_add(conn, 1, "mine"), APR_SUCCESS);
    assert_int_equal(db_count(conn), 1);
    db_close(conn);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_busy),
        cmocka_unit_test(test_queue_is_waited_for),
        cmocka_unit_test(test_queue_is_left),
        cmocka_unit_test(test_writers),
        cmocka_unit_test(test_writers_in_a_queue),
        cmocka_unit_test(test_log_begins_anew),
        cmocka_unit_test(test_log_of_a_crowd),
        cmocka_unit_test(test_log_with_a_reader),
        cmocka_unit_test(test_schema_changes),
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_killed),
        cmocka_unit_test(test_killed_in_a_queue),
        cmocka_unit_test(test_killed_in_a_transaction),
    };

    return cmocka_run_group_tests_name("bk_db: many at once", tests, db_folder_open,
                                       db_folder_close);
}
