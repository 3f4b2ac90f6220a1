// The space service as it is commonly written in Go: gin, a map under a mutex.
//
//	space ADDRESS USER-URL
package main

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
)

type space struct {
	ID           string     `json:"spaceID"`
	RoomCode     *int64     `json:"roomCode" binding:"required"`
	BuildingCode string     `json:"buildingCode" binding:"required"`
	Capacity     *int64     `json:"capacity"`
	OpenTime     *time.Time `json:"openTime"`
	CloseTime    *time.Time `json:"closeTime"`
}

type register struct {
	lock   sync.Mutex
	spaces map[string]space
}

func (r *register) create(c *gin.Context) {
	name, _, ok := caller(c)
	if !ok {
		return
	}
	if !strings.EqualFold(name, "admin") {
		refuse(c, 400, "UNAUTHORIZED", "Not an admin", "Only admin users can use this operation")
		return
	}
	var body space
	if err := c.ShouldBindJSON(&body); err != nil {
		refuse(c, 400, "INPUT_ERR", "incorrect schema for a new space",
			"A new space requires a building and room")
		return
	}
	body.ID = fmt.Sprintf("%s-%d", strings.ReplaceAll(body.BuildingCode, " ", "_"), *body.RoomCode)
	r.lock.Lock()
	_, taken := r.spaces[body.ID]
	if !taken {
		r.spaces[body.ID] = body
	}
	r.lock.Unlock()
	if taken {
		refuse(c, 400, "DUPLICATE", "Space already exists", "This space already exists")
		return
	}
	c.JSON(201, body.ID)
}

func (r *register) get(c *gin.Context) {
	r.lock.Lock()
	found, ok := r.spaces[c.Param("spaceId")]
	r.lock.Unlock()
	if !ok {
		refuse(c, 404, "NOT_FOUND", "Space Not Found", "The provided space id does not exist")
		return
	}
	c.JSON(200, found)
}

func main() {
	userURL = os.Args[2]
	r := &register{spaces: map[string]space{}}
	serve(os.Args[1], "/space/health", func(engine *gin.Engine) {
		engine.POST("/space", r.create)
		engine.GET("/space/:spaceId", r.get)
	})
}
