// The user service as it is commonly written in Go: gin, a map under a mutex, bcrypt at cost 14.
//
//	user ADDRESS
package main

import (
	"fmt"
	"math/rand"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/crypto/bcrypt"
)

const cost = 14
const lifetime = time.Hour

type user struct {
	name string
	hash []byte
	end  time.Time
}

type credentials struct {
	Name     string `json:"username" binding:"required"`
	Password string `json:"userPassword" binding:"required"`
}

type register struct {
	lock  sync.Mutex
	users map[int64]user
}

func (r *register) find(c *gin.Context) (user, int64, bool) {
	id, err := strconv.ParseInt(c.Param("userId"), 10, 64)
	if err != nil {
		refuse(c, 400, "INPUT_ERROR", "Unable to detect a user id", "a number is needed")
		return user{}, 0, false
	}
	r.lock.Lock()
	found, ok := r.users[id]
	r.lock.Unlock()
	if !ok {
		refuse(c, 404, "NOT_FOUND", "User Not Found", "The provided user id does not exist")
	}
	return found, id, ok
}

func read(c *gin.Context) (credentials, bool) {
	var body credentials
	if err := c.ShouldBindJSON(&body); err != nil {
		refuse(c, 400, "INPUT_ERR", "incorrect schema for a new user",
			"A new user requires a user name and password")
		return body, false
	}
	return body, true
}

func (r *register) create(c *gin.Context) {
	body, ok := read(c)
	if !ok {
		return
	}
	hash, err := bcrypt.GenerateFromPassword([]byte(body.Password), cost)
	if err != nil {
		refuse(c, 400, "INPUT_ERR", "incorrect schema for a new user", err.Error())
		return
	}
	id := rand.Int63n(99999999999) + 1
	r.lock.Lock()
	r.users[id] = user{body.Name, hash, time.Now().Add(lifetime)}
	r.lock.Unlock()
	c.JSON(201, id)
}

func (r *register) logIn(c *gin.Context) {
	found, id, ok := r.find(c)
	if !ok {
		return
	}
	body, ok := read(c)
	if !ok {
		return
	}
	if bcrypt.CompareHashAndPassword(found.hash, []byte(body.Password)) != nil {
		refuse(c, 404, "INVALID", "Password Does Not Match", "try another one")
		return
	}
	found.end = time.Now().Add(lifetime)
	r.lock.Lock()
	r.users[id] = found
	r.lock.Unlock()
	c.JSON(200, fmt.Sprintf("session of %d until %s", id, found.end.Format(time.RFC3339)))
}

func (r *register) session(c *gin.Context) {
	found, id, ok := r.find(c)
	if !ok {
		return
	}
	if time.Now().After(found.end) {
		refuse(c, 400, "EXPIRED", "user session has expired", "log in again")
		return
	}
	c.JSON(200, fmt.Sprintf("session of %d until %s", id, found.end.Format(time.RFC3339)))
}

func main() {
	rand.Seed(time.Now().UnixNano())
	r := &register{users: map[int64]user{}}
	serve(os.Args[1], "/user/health", func(engine *gin.Engine) {
		engine.POST("/user", r.create)
		engine.POST("/user/:userId", r.logIn)
		engine.GET("/user/:userId", r.session)
	})
}
