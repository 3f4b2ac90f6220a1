// The administrators' pages, by the names that pages.jsx gives them.
export { EditRoom } from './edit_room.jsx';
export { Groups } from './groups.jsx';
export { ImportRooms } from './import_rooms.jsx';
export { People } from './people.jsx';
export { Policies } from './policies.jsx';
export { Policy } from './policy.jsx';
