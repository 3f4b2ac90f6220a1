#include "unit.h"

#include "bk_address.h"

static void test_blocks(void **state)
{
    static const struct {
        const char *address, *block;
    } rows[] = {
        {"192.0.2.1", "192.0.2.1"},
        {"127.0.0.1", "127.0.0.1"},
        {"255.255.255.255", "255.255.255.255"},
        {"::ffff:192.0.2.1", "192.0.2.1"},
        {"::FFFF:c000:0201", "192.0.2.1"},
        {"2001:db8::1", "2001:db8::/64"},
        {"2001:0DB8:0000:0000:ffff:ffff:ffff:ffff", "2001:db8::/64"},
        {"2001:db8:0:1::1", "2001:db8:0:1::/64"},
        {"2001:db8:0:0:1::1", "2001:db8::/64"},
        {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
        {"fe80::1%eth0", "fe80::/64"},
        {"fe80::2%eth1", "fe80::/64"},
        {"::1", "::/64"},
        {"::192.0.2.1", "::/64"},
        {"", ""},
        {"no address", "no address"},
        {"192.0.2", "192.0.2"},
        {"192.0.2.1%eth0", "192.0.2.1%eth0"},
        {"2001:db8:::1", "2001:db8:::1"},
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        assert_string_equal(bk_address_block(rows[i].address, *state), rows[i].block);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blocks),
    };

    return cmocka_run_group_tests_name("bk_address", tests, unit_pool_open, unit_pool_close);
}
