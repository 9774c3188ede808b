import ukUA from 'antd/locale/uk_UA';
import 'dayjs/locale/uk';

/** antd's words in Ukrainian, loaded only by those who read them. */
export const antdUkrainian = ukUA;
