// What the user, the space and the booking peer share: the shape of an error, who is calling, and
// asking another of them over HTTP.
package main

import (
	"encoding/base64"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
)

// As http.DefaultClient, but for the limit: at most two idle connections to each host.
var client = &http.Client{Timeout: 15 * time.Second}

func refuse(c *gin.Context, status int, code, message, details string) {
	c.JSON(status, gin.H{"ErrCode": code, "Message": message, "Details": details})
}

// The user name and user id of an Authorization of the scheme session-id.
func caller(c *gin.Context) (name string, id int64, ok bool) {
	text, err := base64.StdEncoding.DecodeString(
		strings.TrimPrefix(c.GetHeader("Authorization"), "Basic "))
	name, number, found := strings.Cut(string(text), ":")
	if err != nil || !found {
		refuse(c, 400, "MALFORMED", "basic auth is missing or malformed",
			"ensure that a username and/or password are provided")
		return "", 0, false
	}
	id, err = strconv.ParseInt(number, 10, 64)
	if err != nil || !sessionIsAlive(id) {
		refuse(c, 400, "SESSION EXPIRED", "user session has expired", "log in again")
		return "", 0, false
	}
	return name, id, true
}

var userURL string // of the user peer, without a slash at its end

func sessionIsAlive(id int64) bool {
	answer, err := client.Get(userURL + "/user/" + strconv.FormatInt(id, 10))
	if err != nil {
		return false
	}
	answer.Body.Close()
	return answer.StatusCode == 200
}

// With gin's defaults, and so with its line in the log for each request; PEER_LOG=off leaves that out.
func serve(address, health string, routes func(*gin.Engine)) {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.Default()
	if os.Getenv("PEER_LOG") == "off" {
		engine = gin.New()
		engine.Use(gin.Recovery())
	}
	engine.GET(health, func(c *gin.Context) { c.String(200, "OK") })
	routes(engine)
	log.Fatal(http.ListenAndServe(address, engine))
}
