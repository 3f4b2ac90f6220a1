// The booking service as it is commonly written in Go: gin, a map under a mutex, and the user and
// the space service asked over HTTP. It looks for a conflict, and then it adds the booking: two
// requests at the same time may both find none.
//
//	booking ADDRESS USER-URL SPACE-URL
package main

import (
	"encoding/json"
	"math/rand"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
)

type request struct {
	SpaceID   string      `json:"spaceID" binding:"required"`
	Date      string      `json:"date" binding:"required"`
	UserID    json.Number `json:"userID" binding:"required"`
	Occupants int64       `json:"occupants" binding:"required,min=1"`
	StartTime time.Time   `json:"startTime" binding:"required"`
	EndTime   time.Time   `json:"endTime" binding:"required"`
}

type booking struct {
	ID        string    `json:"bookingID"`
	SpaceID   string    `json:"spaceID"`
	Date      string    `json:"date"`
	UserID    string    `json:"userID"`
	Occupants int64     `json:"occupants"`
	StartTime time.Time `json:"startTime"`
	EndTime   time.Time `json:"endTime"`
}

type space struct {
	Capacity  *int64     `json:"capacity"`
	OpenTime  *time.Time `json:"openTime"`
	CloseTime *time.Time `json:"closeTime"`
}

type place struct{ space, date string }

type register struct {
	lock     sync.Mutex
	bookings map[int64]booking
	at       map[place][]int64 // so that a check need not look at all bookings
}

var spaceURL string

func askSpace(id string) (space, bool) {
	var found space
	answer, err := client.Get(spaceURL + "/space/" + id)
	if err != nil {
		return found, false
	}
	defer answer.Body.Close()
	return found, answer.StatusCode == 200 && json.NewDecoder(answer.Body).Decode(&found) == nil
}

// Seconds of the day.
func clock(t time.Time) int {
	hour, minute, second := t.UTC().Clock()
	return hour*3600 + minute*60 + second
}

func isOpen(s space, b request) bool {
	return s.OpenTime == nil || s.CloseTime == nil ||
		clock(b.StartTime) >= clock(*s.OpenTime) && clock(b.EndTime) <= clock(*s.CloseTime)
}

// What is wrong with a request, or "" as its code.
func wrong(b request, id int64) (code, message, details string) {
	if b.UserID.String() != strconv.FormatInt(id, 10) {
		return "INPUT_ERR", "User ID does not match", "Can only create a reservation for yourself"
	}
	if _, err := time.Parse("2006-01-02", b.Date); err != nil {
		return "INPUT_ERR", "Date must be formatted as YYYY-MM-DD", err.Error()
	}
	s, ok := askSpace(b.SpaceID)
	if !ok {
		return "INVALID SPACE", "Space ID is invalid", "Please provide a valid space id"
	}
	if s.Capacity != nil && *s.Capacity > 0 && b.Occupants > *s.Capacity {
		return "INVALID", "Too many occupants", "Space capacity exceeded"
	}
	if !isOpen(s, b) {
		return "INVALID", "Building not open", "Time constraints not met"
	}
	return "", "", ""
}

func (r *register) isFree(b request) bool {
	r.lock.Lock()
	defer r.lock.Unlock()
	for _, id := range r.at[place{b.SpaceID, b.Date}] {
		other, ok := r.bookings[id]
		if ok && other.StartTime.Before(b.EndTime) && b.StartTime.Before(other.EndTime) {
			return false
		}
	}
	return true
}

func (r *register) add(b request) int64 {
	id := rand.Int63n(99999999999) + 1
	where := place{b.SpaceID, b.Date}
	r.lock.Lock()
	defer r.lock.Unlock()
	r.bookings[id] = booking{strconv.FormatInt(id, 10), b.SpaceID, b.Date, b.UserID.String(),
		b.Occupants, b.StartTime.UTC(), b.EndTime.UTC()}
	r.at[where] = append(r.at[where], id)
	return id
}

func (r *register) create(c *gin.Context) {
	_, id, ok := caller(c)
	if !ok {
		return
	}
	var b request
	if err := c.ShouldBindJSON(&b); err != nil {
		refuse(c, 400, "INPUT_ERR", "incorrect schema for a new booking",
			"A new space requires a space, date, user, occupants, start, and end time")
		return
	}
	if code, message, details := wrong(b, id); code != "" {
		refuse(c, 400, code, message, details)
		return
	}
	if !r.isFree(b) {
		refuse(c, 400, "CONFLICT", "Scheduling conflict", "Your booking overlaps with another")
		return
	}
	c.JSON(201, r.add(b))
}

func (r *register) get(c *gin.Context) {
	id, err := strconv.ParseInt(c.Param("bookingId"), 10, 64)
	if err != nil {
		refuse(c, 400, "INPUT_ERROR", "Unable to detect a booking id", "a number is needed")
		return
	}
	r.lock.Lock()
	found, ok := r.bookings[id]
	r.lock.Unlock()
	if !ok || found.Date != c.Param("date") {
		refuse(c, 404, "NOT_FOUND", "Booking Not Found", "The provided booking id does not exist")
		return
	}
	c.JSON(200, found)
}

func main() {
	userURL, spaceURL = os.Args[2], os.Args[3]
	rand.Seed(time.Now().UnixNano())
	r := &register{bookings: map[int64]booking{}, at: map[place][]int64{}}
	serve(os.Args[1], "/booking/health", func(engine *gin.Engine) {
		engine.POST("/booking", r.create)
		engine.GET("/booking/:date/:bookingId", r.get)
	})
}
