/* What the map in shared memory costs: finds and puts a second, by one and by two at once, as
 * threads and as processes, apart and side by side; and how many records of each kind 64 MB hold.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "bk_map.h"
#include "bk_time.h"
#include "booking_store.h"
#include "product_store.h"
#include "space_store.h"
#include "user_store.h"

#define SIZE (64 << 20)
#define KEYS 100000
#define VALUE 40 /* bytes: with the key, one cell */
#define MILLISECONDS 1000
#define RUNS 3
#define WAIT apr_time_from_sec(5)

enum { NOTHING, FINDS, PUTS };

typedef struct worker_t {
    pthread_t thread;
    int verb;
    _Alignas(BK_MEMORY_LINE) _Atomic long done;
} worker_t;

typedef struct shared_t {
    bk_map_t map;
    atomic_int stop;
    worker_t workers[2];
    double seconds; /* that they worked */
} shared_t;

static shared_t *shared;

static void fail(const char *what)
{
    fprintf(stderr, "map_verbs: %s\n", what);
    exit(EXIT_FAILURE);
}

static bk_memory_t new_memory(apr_uint64_t size)
{
    void *base = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (base == MAP_FAILED) {
        fail("no memory");
    }
    return (bk_memory_t){base, size};
}

/* ---- verbs --------------------------------------------------------------------------------------
 */

static void *run(void *data)
{
    worker_t *worker = data;
    unsigned int seed = (unsigned int)(size_t)worker + 1;
    const char bytes[VALUE] = "";
    bk_map_value_t found;
    long done;

    for (done = 0; !atomic_load_explicit(&shared->stop, memory_order_relaxed); done++) {
        apr_int64_t key = rand_r(&seed) % KEYS;

        if (worker->verb == FINDS) {
            (void)bk_map_find(&shared->map, bk_map_int(&key), &found);
        }
        else {
            (void)bk_map_put(&shared->map, bk_map_int(&key), (bk_map_bytes_t){bytes, VALUE});
        }
    }
    atomic_store(&worker->done, done);
    return NULL;
}

static void begin(worker_t *worker, int in_processes)
{
    pid_t pid;

    if (!in_processes) {
        pthread_create(&worker->thread, NULL, run, worker);
        return;
    }
    pid = fork();
    if (pid == 0) {
        run(worker);
        _exit(0);
    }
}

/* Two workers, or one and nothing. @return what each did in a second, as worker->done */
static void measure(int first, int second, int in_processes)
{
    const int verbs[] = {first, second};
    apr_int64_t start = bk_time_now();
    int i;

    atomic_store(&shared->stop, 0);
    for (i = 0; i < 2; i++) {
        shared->workers[i].verb = verbs[i];
        atomic_store(&shared->workers[i].done, 0);
        if (verbs[i] != NOTHING) {
            begin(&shared->workers[i], in_processes);
        }
    }
    usleep(MILLISECONDS * 1000);
    atomic_store(&shared->stop, 1);
    shared->seconds = (double)(bk_time_now() - start) / 1e9;
    for (i = 0; i < 2; i++) {
        if (verbs[i] != NOTHING && !in_processes) {
            pthread_join(shared->workers[i].thread, NULL);
        }
    }
    while (wait(NULL) > 0) {
    }
}

static double rate(int i)
{
    return (double)atomic_load(&shared->workers[i].done) / shared->seconds;
}

static void measure_verb(const char *name, int verb)
{
    double alone, threads, processes;

    measure(verb, NOTHING, 0);
    alone = rate(0);
    measure(verb, verb, 0);
    threads = rate(0) + rate(1);
    measure(verb, verb, 1);
    processes = rate(0) + rate(1);
    printf("%s: %.0f/s by one thread (%.0f ns each), %.0f/s by two, %.0f/s by two processes\n",
           name, alone, 1e9 / alone, threads, processes);
}

static void fill_map(void)
{
    const char bytes[VALUE] = "";
    apr_int64_t key;

    for (key = 0; key < KEYS; key++) {
        if (bk_map_put(&shared->map, bk_map_int(&key), (bk_map_bytes_t){bytes, VALUE}) !=
            APR_SUCCESS) {
            fail("the map is too small");
        }
    }
}

/* ---- records ------------------------------------------------------------------------------------
 */

static apr_status_t add_product(void *handle, apr_int64_t i, apr_pool_t *p)
{
    product_t product = {i, "ABC-123-XYZ", "Acme Corporation", 456, 1250, 789};

    return product_store_shm.put(handle, &product);
}

static apr_status_t add_space(void *handle, apr_int64_t i, apr_pool_t *p)
{
    space_t space = {apr_psprintf(p, "Library-%" APR_INT64_T_FMT, i),
                     i,
                     "Library",
                     30,
                     "2025-01-01T08:00:00Z",
                     "2025-01-01T20:00:00Z"};

    return space_store_shm.insert(handle, &space);
}

static apr_status_t add_user(void *handle, apr_int64_t i, apr_pool_t *p)
{
    user_t user = {i * 9973,
                   apr_psprintf(p, "user%" APR_INT64_T_FMT, i),
                   "somebody@example.org",
                   "$2y$12$......................................................",
                   0,
                   1,
                   2};

    return user_store_shm.insert(handle, &user);
}

/* Of 200 spaces, an hour each. */
static apr_status_t add_booking(void *handle, apr_int64_t i, apr_pool_t *p)
{
    const apr_int64_t hour = APR_INT64_C(3600000000000), start = i / 200 * hour;
    booking_t booking = {i * 9973,
                         apr_psprintf(p, "Library-%d", (int)(i % 200) + 100),
                         6036687152,
                         apr_psprintf(p, "2%03d-01-01", (int)(i / 4800 % 1000)),
                         2,
                         1765447200 * APR_INT64_C(1000000000) + start,
                         1765447200 * APR_INT64_C(1000000000) + start + hour};
    int conflict;

    return booking_store_shm.insert(handle, &booking, &conflict);
}

static void count_records(const bk_memory_schema_t *schema,
                          apr_status_t (*add)(void *handle, apr_int64_t i, apr_pool_t *p),
                          apr_pool_t *p)
{
    bk_memory_t memory = new_memory(SIZE);
    apr_int64_t count = 0;
    apr_pool_t *scratch;
    void *handle;

    apr_pool_create(&scratch, p);
    if (schema->attach(&handle, memory, WAIT, p) != APR_SUCCESS) {
        fail("no store");
    }
    while (add(handle, count + 1, scratch) == APR_SUCCESS) {
        count++;
        apr_pool_clear(scratch);
    }
    printf("%s: %" APR_INT64_T_FMT " in 64M before the first is refused, %.0f bytes each\n",
           schema->component, count, (double)SIZE / (double)count);
    munmap(memory.base, memory.size);
}

int main(void)
{
    apr_pool_t *p;
    int i;

    apr_initialize();
    apr_pool_create(&p, NULL);
    shared = (void *)new_memory(sizeof(*shared)).base;
    if (bk_map_attach(&shared->map, new_memory(SIZE), WAIT) != APR_SUCCESS) {
        fail("no map");
    }
    fill_map();
    for (i = 0; i < RUNS; i++) {
        measure_verb("finds", FINDS);
        measure_verb("puts", PUTS);
        measure(FINDS, PUTS, 1);
        printf("side by side, two processes: %.0f finds/s and %.0f puts/s\n", rate(0), rate(1));
    }
    count_records(&product_store_shm_schema, add_product, p);
    count_records(&space_store_shm_schema, add_space, p);
    count_records(&user_store_shm_schema, add_user, p);
    count_records(&booking_store_shm_schema, add_booking, p);
    return EXIT_SUCCESS;
}
