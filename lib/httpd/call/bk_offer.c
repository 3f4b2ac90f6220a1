#include "bk_offer.h"

#include <ap_provider.h>

void bk_offer_register(apr_pool_t *p, const char *service, const bk_offer_t *offer)
{
    ap_register_provider(p, BK_OFFER_GROUP, service, BK_OFFER_VERSION, offer);
}

const char *bk_offer_take(const char *service, request_rec *sub, const bk_caller_t *caller,
                          const char *what, apr_size_t *len)
{
    const bk_offer_t *offer = ap_lookup_provider(BK_OFFER_GROUP, service, BK_OFFER_VERSION);

    return offer ? offer->find(sub, caller, what, len) : NULL;
}
