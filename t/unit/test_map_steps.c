#include "unit.h"

#include <stdlib.h>
#include <sys/ptrace.h>

#include "map_fixture.h"

/* A writer is stepped through one change, instruction by instruction, and killed after so many of
 * them. After each kill the change was made, or it was not, and the map is whole. A step may cost
 * tens of microseconds, so the kills are spread over the change; -DKILLS=1000000 is after each
 * instruction.
 */
#ifndef KILLS
#define KILLS 60
#endif

/* Where an atomic change is a loop of two instructions (ARMv8.0), each step between them breaks it:
 * one that goes on for ever would. More than any change takes. */
#ifndef STEPS
#define STEPS 200000
#endif

enum { MOST = 150, KEYS = 12 };

/* @param is_stepped  1: from right before the change on */
static void write_version(const bk_map_t *map, apr_int64_t key, apr_int64_t version, int is_stepped)
{
    map_made_t made;
    bk_map_bytes_t value = map_make(&made, key, version, MOST);

    if (is_stepped) {
        raise(SIGSTOP);
    }
    if (version) {
        (void)bk_map_put(map, bk_map_int(&key), value);
    }
    else {
        (void)bk_map_remove(map, bk_map_int(&key));
    }
}

static apr_int64_t find_version(const bk_map_t *map, apr_int64_t key)
{
    bk_map_value_t found;
    apr_status_t rv = bk_map_find(map, bk_map_int(&key), &found);

    return rv == APR_NOTFOUND ? 0 : rv == APR_SUCCESS ? map_version(key, found.value, MOST) : -1;
}

/* A child that stops before it makes the change. */
static pid_t child_before(const bk_map_t *map, apr_int64_t key, apr_int64_t version)
{
    pid_t pid = fork();
    int status;

    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0) {
            write_version(map, key, version, 1);
            _exit(0);
        }
        _exit(1);
    }
    assert_true(waitpid(pid, &status, 0) == pid && WIFSTOPPED(status));
    return pid;
}

/* Steps it through so many instructions, or to its end. @return how many there were */
static int64_t step(pid_t pid, int64_t most)
{
    int64_t steps = 0;
    int status;

    while (steps < most) {
        assert_int_equal(ptrace(PTRACE_SINGLESTEP, pid, NULL, NULL), 0);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        if (WIFEXITED(status)) {
            assert_int_equal(WEXITSTATUS(status), 0);
            break;
        }
        steps++;
    }
    return steps;
}

static void kill_after(const bk_map_t *map, apr_int64_t before, apr_int64_t after, int64_t steps,
                       int *changed, apr_pool_t *p)
{
    const apr_int64_t key = 1;
    apr_int64_t version;
    pid_t pid;

    write_version(map, key, before, 0);
    pid = child_before(map, key, after);
    if (step(pid, steps) == steps) {
        crowd_kill(pid);
    }
    version = find_version(map, key);
    assert_that(version == before || version == after, "killed after %d steps: version %d",
                (int)steps, (int)version);
    *changed += version == after;
    map_assert_valid(map, p);
    assert_int_equal(bk_map_count(map), KEYS - 2 + (version != 0));
}

static void step_through(const char *name, apr_int64_t before, apr_int64_t after, apr_pool_t *p)
{
    bk_map_t map = map_new(BK_MAP_LEAST); /* one stripe: everything is in the way of everything */
    int64_t i, total, kills;
    apr_int64_t key;
    int changed = 0;
    pid_t child;

    for (key = 2; key < KEYS; key++) {
        write_version(&map, key, key, 0);
    }
    write_version(&map, 1, before, 0);
    child = child_before(&map, 1, after);
    total = step(child, STEPS);
    if (total == STEPS) {
        crowd_kill(child);
        print_message(
            "           %s: not over after %d instructions: atomics that are loops do not "
            "end where each instruction is a step\n",
            name, STEPS);
        skip();
    }
    assert_int_equal(find_version(&map, 1), after);
    kills = total < KILLS ? total : KILLS;
    for (i = 0; i < kills; i++) {
        kill_after(&map, before, after, i * total / kills, &changed, p);
    }
    for (key = 2; key < KEYS; key++) {
        assert_int_equal(find_version(&map, key), key);
    }
    assert_true(changed > 0 && changed < kills);
    print_message("           %s: %d instructions, %d kills, the change was made at %d of them\n",
                  name, (int)total, (int)kills, changed);
    apr_pool_clear(p);
}

static void test_insert(void **state)
{
    step_through("insert", 0, 3, *state);
}

static void test_replace(void **state)
{
    step_through("replace", 3, 4, *state);
}

static void test_remove(void **state)
{
    step_through("remove", 4, 0, *state);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_insert),
        cmocka_unit_test(test_replace),
        cmocka_unit_test(test_remove),
    };

    return cmocka_run_group_tests_name("bk_map, killed from instruction to instruction", tests,
                                       unit_pool_open, unit_pool_close);
}
