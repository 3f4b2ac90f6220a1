#include "bk_db_file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static const bk_layout_member_t members[] = {
    BK_LAYOUT_ONE(bk_db_file_t, path, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(bk_db_file_t, device, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(bk_db_file_t, inode, BK_LAYOUT_STAYS),
};

const bk_layout_t bk_db_file_layout = BK_LAYOUT(bk_db_file_t, 1, members);

int bk_db_file_is_known(const bk_db_file_t *file)
{
    return atomic_load(&file->inode) != 0;
}

apr_status_t bk_db_file_look(const bk_db_file_t *file, const char *path)
{
    struct stat now;

    if (!bk_db_file_is_known(file)) {
        return APR_SUCCESS;
    }
    if (stat(path, &now) != 0) {
        return errno == ENOENT || errno == ENOTDIR ? APR_ENOENT : errno;
    }
    return now.st_ino == atomic_load(&file->inode) && now.st_dev == atomic_load(&file->device)
               ? APR_SUCCESS
               : APR_EMISMATCH;
}

static void set(bk_db_file_t *file, apr_uint64_t path, apr_uint64_t device, apr_uint64_t inode)
{
    atomic_store(&file->inode, 0); /* counts as unknown while the rest changes */
    atomic_store(&file->path, path);
    atomic_store(&file->device, device);
    atomic_store(&file->inode, inode);
}

void bk_db_file_forget(bk_db_file_t *file, const char *path)
{
    apr_uint64_t hash = bk_layout_mix(0, path, strlen(path));

    if (atomic_load(&file->path) != hash) {
        set(file, hash, 0, 0);
    }
}

void bk_db_file_learn(bk_db_file_t *file, const char *path)
{
    struct stat now;

    if (stat(path, &now) == 0) {
        set(file, bk_layout_mix(0, path, strlen(path)), now.st_dev, now.st_ino);
    }
}

void bk_db_file_copy(bk_db_file_t *file, const bk_db_file_t *other)
{
    set(file, atomic_load(&other->path), atomic_load(&other->device), atomic_load(&other->inode));
}
