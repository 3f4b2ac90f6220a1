// The product service as it is commonly written in Go: net/http, chi, a map under an RWMutex.
// It answers what the load asks for, as docs/api.md has it.
//
//	product ADDRESS
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"strconv"
	"sync"

	"github.com/go-chi/chi"
)

type product struct {
	ID           int64  `json:"product_id"`
	SKU          string `json:"sku"`
	Manufacturer string `json:"manufacturer"`
	CategoryID   int64  `json:"category_id"`
	Weight       int64  `json:"weight"`
	SomeOtherID  int64  `json:"some_other_id"`
}

type catalogue struct {
	lock     sync.RWMutex
	products map[int64]product
}

func answer(w http.ResponseWriter, status int, value interface{}) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(value)
}

func refuse(w http.ResponseWriter, status int, code, message string) {
	answer(w, status, map[string]string{"error": code, "message": message})
}

func pathID(w http.ResponseWriter, r *http.Request) (int64, bool) {
	id, err := strconv.ParseInt(chi.URLParam(r, "productId"), 10, 64)
	if err != nil {
		refuse(w, 400, "INVALID_INPUT", "productId must be an integer")
		return 0, false
	}
	if id < 1 {
		refuse(w, 400, "INVALID_INPUT", "productId must be >= 1")
		return 0, false
	}
	return id, true
}

func wrong(p product) string {
	switch {
	case p.SKU == "":
		return "sku is required"
	case len([]rune(p.SKU)) > 100:
		return "sku must be at most 100 characters"
	case p.Manufacturer == "":
		return "manufacturer is required"
	case len([]rune(p.Manufacturer)) > 200:
		return "manufacturer must be at most 200 characters"
	case p.CategoryID < 1:
		return "category_id must be >= 1"
	case p.Weight < 0:
		return "weight must be >= 0"
	case p.SomeOtherID < 1:
		return "some_other_id must be >= 1"
	}
	return ""
}

func (c *catalogue) put(w http.ResponseWriter, r *http.Request) {
	id, ok := pathID(w, r)
	if !ok {
		return
	}
	var p product
	if err := json.NewDecoder(r.Body).Decode(&p); err != nil {
		refuse(w, 400, "INVALID_INPUT", "Invalid JSON: "+err.Error())
		return
	}
	if message := wrong(p); message != "" {
		refuse(w, 400, "INVALID_INPUT", message)
		return
	}
	p.ID = id
	c.lock.Lock()
	c.products[id] = p
	c.lock.Unlock()
	w.WriteHeader(204)
}

func (c *catalogue) get(w http.ResponseWriter, r *http.Request) {
	id, ok := pathID(w, r)
	if !ok {
		return
	}
	c.lock.RLock()
	p, found := c.products[id]
	c.lock.RUnlock()
	if !found {
		refuse(w, 404, "NOT_FOUND", fmt.Sprintf("product with ID %d not found", id))
		return
	}
	answer(w, 200, p)
}

func main() {
	c := &catalogue{products: map[int64]product{}}
	router := chi.NewRouter()
	router.Get("/products/health", func(w http.ResponseWriter, r *http.Request) {
		w.Write([]byte("OK"))
	})
	router.Post("/products/{productId}/details", c.put)
	router.Get("/products/{productId}", c.get)
	log.Fatal(http.ListenAndServe(os.Args[1], router))
}
