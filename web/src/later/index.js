// The pages that are loaded when the first of them is opened, by the names that pages.jsx gives them.
export { Account } from './account.jsx';
export { Calendar } from './calendar.jsx';
export { EditRoom } from './edit_room.jsx';
export { Groups } from './groups.jsx';
export { ImportRooms } from './import_rooms.jsx';
export { Log } from './log.jsx';
export { Mine } from './mine.jsx';
export { People } from './people.jsx';
export { Policies } from './policies.jsx';
export { Policy } from './policy.jsx';
export { Repeat } from './repeat.jsx';
export { Requests } from './requests.jsx';
export { Room } from './room.jsx';
export { Rooms } from './rooms.jsx';
export { SampleHouse } from './sample_house.jsx';
export { Today } from './today.jsx';
