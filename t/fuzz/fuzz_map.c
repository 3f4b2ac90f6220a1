/* The map in shared memory, beside an array that does the same, with the map's validator at the
 * end. */
#include "fuzz.h"

#include "bk_map.h"

#define SIZE 65536
#define KEYS 24

typedef struct model_t {
    int is_there;
    size_t len;
    unsigned char value[512];
} model_t;

static bk_map_bytes_t key_of(unsigned int number)
{
    static unsigned char keys[KEYS][40];

    memset(keys[number], (int)number + 1, sizeof(keys[number]));
    return (bk_map_bytes_t){keys[number], 1 + number % sizeof(keys[number])};
}

static void write_entry(const bk_map_t *map, model_t *model, bk_map_bytes_t key,
                        fuzz_input_t *input, int may_replace)
{
    unsigned char value[sizeof(model->value)];
    size_t len = fuzz_number(input, 2) % (sizeof(value) + 1);
    apr_status_t rv;

    memset(value, fuzz_byte(input), sizeof(value));
    rv = may_replace ? bk_map_put(map, key, (bk_map_bytes_t){value, len})
                     : bk_map_insert(map, key, (bk_map_bytes_t){value, len});
    fuzz_assert(may_replace || (rv == APR_EEXIST) == model->is_there);
    fuzz_assert(rv == APR_SUCCESS || rv == APR_ENOSPC || rv == APR_EEXIST);
    if (rv == APR_SUCCESS) {
        model->is_there = 1;
        model->len = len;
        memcpy(model->value, value, len);
    }
}

static void look_up(const bk_map_t *map, const model_t *model, bk_map_bytes_t key)
{
    bk_map_value_t found;
    apr_status_t rv = bk_map_find(map, key, &found);

    fuzz_assert(rv == (model->is_there ? APR_SUCCESS : APR_NOTFOUND));
    if (rv == APR_SUCCESS) {
        fuzz_assert(found.value.len == model->len);
        fuzz_assert(memcmp(found.value.bytes, model->value, model->len) == 0);
    }
}

static void fuzz_one(const uint8_t *data, size_t size, apr_pool_t *p)
{
    fuzz_input_t input = {data, data + size};
    void *memory = aligned_alloc(BK_MEMORY_LINE, SIZE);
    model_t *models = calloc(KEYS, sizeof(*models));
    apr_uint64_t there = 0;
    unsigned int i;
    const char *wrong;
    bk_map_t map;

    fuzz_assert(memory && models);
    memset(memory, 0, SIZE);
    fuzz_assert(bk_map_attach(&map, (bk_memory_t){memory, SIZE}, apr_time_from_sec(1)) ==
                APR_SUCCESS);
    while (fuzz_left(&input)) {
        uint8_t step = fuzz_byte(&input);
        unsigned int number = fuzz_byte(&input) % KEYS;
        bk_map_bytes_t key = key_of(number);

        switch (step % 4) {
        case 0:
            write_entry(&map, &models[number], key, &input, 0);
            break;
        case 1:
            write_entry(&map, &models[number], key, &input, 1);
            break;
        case 2:
            fuzz_assert(bk_map_remove(&map, key) ==
                        (models[number].is_there ? APR_SUCCESS : APR_NOTFOUND));
            models[number].is_there = 0;
            break;
        default:
            look_up(&map, &models[number], key);
        }
    }
    for (i = 0; i < KEYS; i++) {
        look_up(&map, &models[i], key_of(i));
        there += (apr_uint64_t)models[i].is_there;
    }
    fuzz_assert(bk_map_count(&map) == there);
    wrong = bk_map_validate(&map, p);
    if (wrong) {
        fprintf(stderr, "%s\n", wrong);
    }
    fuzz_assert(!wrong);
    free(models);
    free(memory);
}
